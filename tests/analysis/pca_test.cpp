#include "hourglass/pca.h"

#include <limits>

#include "analysis/golden_numbers.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

TEST(Pca, AgreesWithScikitLearn) {
  const Golden golden("pca");
  const Tensor x = golden.tensor("x");
  for (const int threads : {1, 2}) {
    const Pca pca = fit_pca(x, 4, {threads, {}});
    EXPECT_TRUE(close_to(floats(pca.mean), golden["mean"], 1e-6));
    EXPECT_TRUE(close_to(floats(pca.variances), golden["variances"], 1e-6));
    Tensor latents = pca.encode(x);
    EXPECT_TRUE(close_to(pca.decode(latents).values(), golden["reconstruction"], 3e-6));
    // The sign of a component is arbitrary.
    const Tensor expected = golden.tensor("latents");
    for (int64_t j = 0; j < 4; ++j)
      if (latents.data()[j] * expected.data()[j] < 0)
        for (int64_t i = 0; i < x.rows(); ++i) latents.data()[i * 4 + j] *= -1;
    EXPECT_TRUE(close_to(latents.values(), golden["latents"], 3e-6));
  }
}

TEST(EffectiveDimension, IsTheNumberOfEqualVariances) {
  EXPECT_EQ(effective_dimension(std::vector<double>{2, 2, 2}), 3);
  EXPECT_EQ(effective_dimension(std::vector<double>{5, 0}), 1);
  EXPECT_EQ(effective_dimension(std::vector<double>{0, 0}), 0);
}

TEST(MeanAbsoluteCorrelation, AgreesWithNumPy) {
  const Golden golden("pca");
  expect_equals(mean_absolute_correlation(golden.tensor("x")), golden, "mean_absolute_correlation");
  // A column that does not vary has no correlation.
  EXPECT_NEAR(mean_absolute_correlation(matrix(3, {1, 2, 7, 2, 4, 7, 3, 6, 7})), 1, 1e-6);
  EXPECT_EQ(mean_absolute_correlation(matrix(3, {1, 2, 3})), 0);
}

TEST(Pca, OfAllComponentsReconstructsExactly) {
  const Tensor x = Golden("pca").tensor("x");
  const Pca pca = fit_pca(x, x.row_size());
  const Tensor y = pca.decode(pca.encode(x));
  for (int64_t i = 0; i < x.size(); ++i) EXPECT_NEAR(y.data()[i], x.data()[i], 1e-4);
}

TEST(Pca, RejectsInvalidInput) {
  const Tensor x = Golden("pca").tensor("x");
  expect_error(ErrorKind::kUsage, {"1 to 9", "10"}, [&] { fit_pca(x, 10); });
  expect_error(ErrorKind::kUsage, {"1 to 9", "0"}, [&] { fit_pca(x, 0); });
  expect_error(ErrorKind::kData, {"at least 2"}, [&] { fit_pca(Tensor({1, 3}), 1); });
  expect_error(ErrorKind::kUsage, {"9", "found 5"}, [&] { fit_pca(x, 2).encode(Tensor({2, 5})); });
  Tensor damaged = x;
  damaged.data()[11] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorKind::kData, {"row 1", "column 2"}, [&] { fit_pca(damaged, 2); });
}

TEST(Pca, OfFewSamplesEqualsThatOfTheCovariance) {
  // 12 samples of 40 values are fitted by products of samples, 12 of 20 by the covariance.
  for (const int64_t d : {int64_t{40}, int64_t{20}}) {
    Tensor samples({12, d});
    for (int64_t i = 0; i < samples.size(); ++i)
      samples.data()[i] =
          static_cast<float>(std::sin(static_cast<double>(i * i % 101)) * static_cast<double>(1 + i % 7));
    const Pca pca = fit_pca(samples, 3);
    const Tensor latents = pca.encode(samples);
    for (int64_t c = 0; c < 3; ++c) {
      double mean = 0, square = 0, length = 0;
      for (int64_t i = 0; i < 12; ++i) mean += static_cast<double>(latents.row(i)[static_cast<size_t>(c)]) / 12;
      for (int64_t i = 0; i < 12; ++i)
        square += std::pow(static_cast<double>(latents.row(i)[static_cast<size_t>(c)]) - mean, 2) / 11;
      for (const float value : pca.components.row(c)) length += static_cast<double>(value) * static_cast<double>(value);
      EXPECT_NEAR(square / pca.variances[static_cast<size_t>(c)], 1, 1e-4) << d;
      EXPECT_NEAR(length, 1, 1e-5) << d;
    }
    ASSERT_EQ(pca.variances.size(), static_cast<size_t>(d));
    EXPECT_NEAR(pca.variances[11] / pca.variances[0], 0, 1e-5) << "12 samples have 11 components";
  }
}

}  // namespace
}  // namespace hourglass
