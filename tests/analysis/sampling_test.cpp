#include "hourglass/sampling.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "analysis/golden_numbers.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

using testing::ElementsAre;

TEST(SamplePrior, IsStandardNormalAndRepeatable) {
  const Tensor drawn = sample_prior(20000, 3, 4);
  double sum = 0, squared = 0;
  for (const float value : drawn.values()) {
    sum += static_cast<double>(value);
    squared += static_cast<double>(value) * static_cast<double>(value);
  }
  EXPECT_NEAR(sum / 60000, 0, 4 / std::sqrt(60000.0));
  EXPECT_NEAR(squared / 60000, 1, 4 * std::sqrt(2 / 60000.0));
  EXPECT_TRUE(std::ranges::equal(sample_prior(5, 3, 4).row(4), drawn.row(4)));
  EXPECT_FALSE(std::ranges::equal(sample_prior(5, 3, 5).row(4), drawn.row(4)));
  expect_error(ErrorKind::kUsage, {"0 samples"}, [] { sample_prior(0, 3, 1); });
}

Tensor latents_with_a_constant() {
  const Tensor x = Golden("mixture").tensor("x");
  Tensor latents({x.rows(), 4});
  for (int64_t i = 0; i < x.rows(); ++i) {
    float* row = latents.data() + i * 4;
    row[0] = x.data()[i * 3];
    row[1] = 2.5f;
    row[2] = x.data()[i * 3 + 1];
    row[3] = x.data()[i * 3 + 2];
  }
  return latents;
}

TEST(LatentDensity, KeepsConstantLatents) {
  MixtureOptions options;
  options.components = 4;
  const LatentDensity density = fit_latent_density(latents_with_a_constant(), options);
  EXPECT_THAT(density.varying, ElementsAre(0, 2, 3));
  const Tensor drawn = density.sample(50, 3);
  for (int64_t i = 0; i < 50; ++i) EXPECT_EQ(drawn.data()[i * 4 + 1], 2.5f);
  const Tensor x = Golden("mixture").tensor("x");
  const GaussianMixture plain = fit_gaussian_mixture(x, options);
  EXPECT_EQ(density.log_density(latents_with_a_constant()), plain.log_density(x));
  EXPECT_THAT(drawn.row(7), ElementsAre(plain.sample(50, 3).row(7)[0], 2.5f, plain.sample(50, 3).row(7)[1],
                                        plain.sample(50, 3).row(7)[2]));
}

TEST(LatentDensity, RejectsConstantLatents) {
  expect_error(ErrorKind::kData, {"All 3 latents", "zero variance"}, [] { fit_latent_density(Tensor({100, 3})); });
}

TEST(BalancedRows, HaveTheSameNumberOfEachClass) {
  std::vector<int32_t> labels;
  for (int i = 0; i < 100; ++i) labels.push_back(i < 80 ? 0 : i < 97 ? 1 : 2);
  const std::vector<int64_t> rows = balanced_rows(100, labels, 30, 1);
  std::vector<int> counts(3);
  for (const int64_t row : rows) ++counts[static_cast<size_t>(labels[static_cast<size_t>(row)])];
  EXPECT_THAT(counts, ElementsAre(10, 10, 3)) << "a smaller class gives all its rows";
  EXPECT_TRUE(std::ranges::is_sorted(rows));
  EXPECT_TRUE(std::ranges::adjacent_find(rows) == rows.end()) << "no row twice";
  EXPECT_EQ(balanced_rows(100, labels, 30, 1), rows);
  EXPECT_EQ(balanced_rows(100, {}, 30, 1).size(), 30u);
  EXPECT_EQ(balanced_rows(100, labels, 100, 1).size(), 100u);
}

TEST(Interpolate, IsLinearOrSpherical) {
  const std::vector<float> a = {1, 0}, b = {0, 1};
  const Tensor line = interpolate(a, b, 3, Interpolation::kLinear);
  EXPECT_THAT(line.values(), ElementsAre(1, 0, 0.5f, 0.5f, 0, 1));
  const Tensor circle = interpolate(a, b, 4, Interpolation::kSpherical);
  for (int64_t i = 0; i < 4; ++i) {
    const double angle = static_cast<double>(i) / 3 * std::acos(0.0);
    EXPECT_NEAR(circle.row(i)[0], std::cos(angle), 1e-6);
    EXPECT_NEAR(circle.row(i)[1], std::sin(angle), 1e-6);
  }
}

TEST(Interpolate, IsLinearIfThereIsNoGreatCircle) {
  const std::vector<float> a = {1, 0}, opposite = {-1, 0}, zero = {0, 0};
  for (const auto& b : {a, opposite, zero}) {
    const Tensor path = interpolate(a, b, 3, Interpolation::kSpherical);
    EXPECT_TRUE(std::ranges::equal(path.values(), interpolate(a, b, 3, Interpolation::kLinear).values()));
  }
  expect_error(ErrorKind::kUsage, {"1 steps"}, [&] { interpolate(a, a, 1, Interpolation::kLinear); });
  expect_error(ErrorKind::kUsage, {"2 and 1"},
               [&] { interpolate(a, std::vector<float>{1}, 3, Interpolation::kLinear); });
}

TEST(ColumnQuantiles, AgreeWithNumPy) {
  // numpy.quantile([3, 1, 2, 10], [0, 0.25, 0.5, 1])
  const Tensor x = matrix(4, {3, 0, 1, 0, 2, 0, 10, 0});
  const std::vector<double> probabilities = {0, 0.25, 0.5, 1};
  const Tensor quantiles = column_quantiles(x, probabilities);
  EXPECT_THAT(quantiles.row(0), ElementsAre(1, 1.75f, 2.5f, 10));
  EXPECT_THAT(quantiles.row(1), ElementsAre(0, 0, 0, 0));
  expect_error(ErrorKind::kUsage, {"1.5"}, [&] { column_quantiles(x, std::vector<double>{1.5}); });
}

TEST(Traverse, ReplacesOneLatent) {
  const std::vector<float> anchor = {1, 2, 3}, values = {7, 8};
  EXPECT_THAT(traverse(anchor, 1, values).values(), ElementsAre(1, 7, 3, 1, 8, 3));
  expect_error(ErrorKind::kUsage, {"no latent 3", "0 to 2"}, [&] { traverse(anchor, 3, values); });
}

}  // namespace
}  // namespace hourglass
