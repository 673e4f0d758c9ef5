#include "hourglass/likelihood.h"

#include "analysis/golden_numbers.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

Tensor rows_of(const Tensor& tensor, int64_t begin, int64_t end) {
  Tensor part({end - begin, tensor.row_size()});
  std::copy_n(tensor.data() + begin * tensor.row_size(), part.size(), part.data());
  return part;
}

TEST(MonteCarloLikelihood, OfABernoulliDecoderAgreesWithSciPy) {
  const Golden golden("likelihood");
  const Tensor samples = golden.tensor("binary"), logits = golden.tensor("logits");
  MonteCarloLikelihood estimate(samples, Likelihood::kBernoulli);
  estimate.add(logits, {2, {}});
  EXPECT_EQ(estimate.draws(), 50);
  EXPECT_TRUE(close_to(floats(estimate.log_likelihood()), golden["bernoulli"], 1e-5));
  EXPECT_TRUE(close_to(floats(estimate.effective_draws()), golden["effective"], 1e-5));
}

TEST(MonteCarloLikelihood, OfAGaussianDecoderAgreesWithSciPy) {
  const Golden golden("likelihood");
  const Tensor samples = golden.tensor("values");
  MonteCarloLikelihood estimate(samples, Likelihood::kGaussian);
  estimate.add(golden.tensor("decoded"));
  EXPECT_TRUE(close_to(floats(estimate.log_likelihood()), golden["gaussian"], 1e-5));
}

TEST(MonteCarloLikelihood, IsTheSameInBlocks) {
  const Golden golden("likelihood");
  const Tensor samples = golden.tensor("binary"), logits = golden.tensor("logits");
  MonteCarloLikelihood whole(samples, Likelihood::kBernoulli), blocks(samples, Likelihood::kBernoulli);
  whole.add(logits);
  for (const auto& [begin, end] : {std::pair{0, 1}, std::pair{1, 33}, std::pair{33, 50}})
    blocks.add(rows_of(logits, begin, end));
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(whole.log_likelihood()[i], blocks.log_likelihood()[i], 1e-5);
    EXPECT_NEAR(whole.effective_draws()[i], blocks.effective_draws()[i], 1e-4);
  }
}

TEST(MonteCarloLikelihood, SubtractsTheLogOfTheNumberOfDraws) {
  // Repeating a draw does not change the estimate.
  const Golden golden("likelihood");
  const Tensor samples = golden.tensor("binary"), one = rows_of(golden.tensor("logits"), 3, 4);
  MonteCarloLikelihood once(samples, Likelihood::kBernoulli), often(samples, Likelihood::kBernoulli);
  once.add(one);
  for (int i = 0; i < 100; ++i) often.add(one);
  for (size_t i = 0; i < 6; ++i) EXPECT_NEAR(once.log_likelihood()[i], often.log_likelihood()[i], 1e-6);
  EXPECT_NEAR(often.effective_draws()[0], 100, 1e-6);
}

TEST(MonteCarloLikelihood, RejectsOtherSizesAndNoDraws) {
  const Tensor samples({2, 3});
  MonteCarloLikelihood estimate(samples, Likelihood::kBernoulli);
  expect_error(ErrorKind::kUsage, {"before any draw"}, [&] { estimate.log_likelihood(); });
  expect_error(ErrorKind::kUsage, {"outputs of 3", "found 4"}, [&] { estimate.add(Tensor({5, 4})); });
}

TEST(ConditionalLogLikelihood, AgreesWithSciPy) {
  const Golden golden("likelihood");
  EXPECT_TRUE(
      close_to(floats(conditional_log_likelihood(golden.tensor("binary"), rows_of(golden.tensor("logits"), 0, 6),
                                                 Likelihood::kBernoulli, number(golden, "clip"))),
               golden["bernoulli_rows"], 1e-6));
  EXPECT_TRUE(close_to(floats(conditional_log_likelihood(
                           golden.tensor("values"), rows_of(golden.tensor("decoded"), 0, 6), Likelihood::kGaussian)),
                       golden["gaussian_rows"], 1e-6));
}

TEST(LogMeanExp, IsTheLogOfTheMeanAndNeverOverflows) {
  LogMeanExp mean(2);
  mean.add({1000, -1000});
  mean.add({1000 + std::log(3.0), -1000});
  EXPECT_NEAR(mean.values()[0], 1000 + std::log(2.0), 1e-12);
  EXPECT_NEAR(mean.values()[1], -1000, 1e-12);
  expect_error(ErrorKind::kUsage, {"no draws"}, [] { LogMeanExp(1).values(); });
}

TEST(MeanEstimate, HasTheErrorOfTheMean) {
  const MeanEstimate estimate = mean_estimate({1, 2, 3, 4});
  EXPECT_EQ(estimate.mean, 2.5);
  EXPECT_NEAR(estimate.standard_error, std::sqrt(5.0 / 3 / 4), 1e-12);
}

}  // namespace
}  // namespace hourglass
