#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "analysis/golden_numbers.h"
#include "hourglass/density.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

GaussianMixture start_of(const Golden& golden) {
  GaussianMixture start;
  start.components = 4;
  start.dim = 3;
  start.weights.assign(4, 0.25);
  start.means.assign(golden["start_means"].values.begin(), golden["start_means"].values.end());
  for (int k = 0; k < 4; ++k)
    start.covariances.insert(start.covariances.end(), golden["start_covariance"].values.begin(),
                             golden["start_covariance"].values.end());
  return start;
}

GaussianMixture fitted(const Golden& golden, int threads = 0) {
  MixtureOptions options;
  options.max_iterations = 30;
  options.tolerance = 0;
  return fit_gaussian_mixture(golden.tensor("x"), start_of(golden), options, {threads, {}});
}

TEST(GaussianMixture, AgreesWithScikitLearnAfterThirtyIterations) {
  const Golden golden("mixture");
  for (const int threads : {1, 2}) {
    const GaussianMixture mixture = fitted(golden, threads);
    EXPECT_EQ(mixture.iterations, static_cast<int64_t>(number(golden, "iterations")));
    EXPECT_TRUE(close_to(floats(mixture.weights), golden["weights"], 1e-5));
    EXPECT_TRUE(close_to(floats(mixture.means), golden["means"], 1e-5));
    EXPECT_TRUE(close_to(floats(mixture.covariances), golden["covariances"], 1e-5));
    EXPECT_TRUE(close_to(floats(mixture.log_density(golden.tensor("points"))), golden["log_density"], 1e-5));
    EXPECT_EQ(mixture.assign(golden.tensor("x")), integers(golden, "assigned"));
  }
}

TEST(GaussianMixture, ReportsConvergence) {
  const Golden golden("mixture");
  MixtureOptions options;
  options.components = 4;
  EXPECT_TRUE(fit_gaussian_mixture(golden.tensor("x"), options).converged);
  options.max_iterations = 1;
  EXPECT_FALSE(fit_gaussian_mixture(golden.tensor("x"), options).converged);
}

TEST(GaussianMixture, SamplesHaveItsMomentsAndAreRepeatable) {
  const GaussianMixture mixture = fitted(Golden("mixture"));
  constexpr int64_t kDraws = 20000;
  const Tensor drawn = mixture.sample(kDraws, 7);
  for (int64_t j = 0; j < 3; ++j) {
    double mean = 0, second = 0, found = 0, found_second = 0;
    for (size_t k = 0; k < 4; ++k) {
      const double m = mixture.means[k * 3 + static_cast<size_t>(j)];
      mean += mixture.weights[k] * m;
      second += mixture.weights[k] * (m * m + mixture.covariances[k * 9 + static_cast<size_t>(j) * 4]);
    }
    for (int64_t i = 0; i < kDraws; ++i) {
      const double value = static_cast<double>(drawn.data()[i * 3 + j]);
      found += value / kDraws;
      found_second += value * value / kDraws;
    }
    const double deviation = std::sqrt(second - mean * mean);
    EXPECT_NEAR(found, mean, 4 * deviation / std::sqrt(static_cast<double>(kDraws)));
    EXPECT_NEAR(found_second / second, 1, 0.1);
  }
  const Tensor fewer = mixture.sample(10, 7);
  EXPECT_TRUE(std::ranges::equal(fewer.row(9), drawn.row(9)));
  EXPECT_FALSE(std::ranges::equal(mixture.sample(10, 8).row(9), drawn.row(9)));
}

TEST(GaussianMixture, IntegratesToOne) {
  Tensor x({200, 1});
  for (int64_t i = 0; i < 200; ++i) x.data()[i] = static_cast<float>(std::sin(static_cast<double>(i) * 1.7));
  MixtureOptions options;
  options.components = 3;
  const GaussianMixture mixture = fit_gaussian_mixture(x, options);
  Tensor grid({8001, 1});
  for (int64_t i = 0; i < grid.rows(); ++i) grid.data()[i] = static_cast<float>(i - 4000) * 1e-3f;
  double integral = 0;
  for (const double log_density : mixture.log_density(grid)) integral += std::exp(log_density) * 1e-3;
  EXPECT_NEAR(integral, 1, 1e-4);
}

TEST(GaussianMixture, RejectsInvalidInput) {
  const Tensor x = Golden("mixture").tensor("x");
  const auto fit = [](const Tensor& samples, int64_t components) {
    MixtureOptions options;
    options.components = components;
    return fit_gaussian_mixture(samples, options);
  };
  expect_error(ErrorKind::kData, {"500 samples", "501 components"}, [&] { fit(x, 501); });
  expect_error(ErrorKind::kUsage, {"0 components"}, [&] { fit(x, 0); });
  Tensor flat = x;
  for (int64_t i = 0; i < flat.rows(); ++i) flat.data()[i * 3 + 1] = 4;
  EXPECT_EQ(constant_columns(flat), (std::vector<int64_t>{1}));
  expect_error(ErrorKind::kData, {"1 of 3 columns", "zero variance (1)"}, [&] { fit(flat, 2); });
  Tensor damaged = x;
  damaged.data()[0] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorKind::kData, {"not finite"}, [&] { fit(damaged, 2); });
  expect_error(ErrorKind::kUsage, {"3 values", "found 2"}, [&] {
    fitted(Golden("mixture")).log_density(Tensor({1, 2}));
  });
  expect_error(ErrorKind::kUsage, {"0 samples"}, [&] { fitted(Golden("mixture")).sample(0, 1); });
}

TEST(GaussianMixture, ReportsACollapsedComponent) {
  // Without regularization, two equal points have a singular covariance.
  const Tensor x = matrix(6, {0, 0, 0, 0, 5, 5, 6, 6.5f, 7, 5, 5.5f, 6});
  MixtureOptions options;
  options.components = 3;
  options.regularization = 0;
  expect_error(ErrorKind::kData, {"Component", "not positive definite"}, [&] { fit_gaussian_mixture(x, options); });
}

}  // namespace
}  // namespace hourglass
