#include "hourglass/pca.h"

#include <limits>

#include "analysis/golden_numbers.h"
#include "core/matrix.h"
#include "core/random.h"
#include "kernels/matmul.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

TEST(Pca, AgreesWithScikitLearn) {
  const Golden golden("pca");
  const Tensor x = golden.tensor("x");
  for (const int threads : {1, 2}) {
    const Pca pca = fit_pca(x, 4, {threads, {}});
    EXPECT_TRUE(close_to(floats(pca.mean), golden["mean"], 1e-6));
    EXPECT_TRUE(close_to(floats(principal_variances(x, {threads, {}})), golden["variances"], 1e-6));
    double total = 0;
    for (const float variance : golden["variances"].values) total += static_cast<double>(variance);
    EXPECT_NEAR(pca.total_variance, total, 1e-6 * total);
    for (size_t j = 0; j < 4; ++j)
      EXPECT_NEAR(pca.variances[j], static_cast<double>(golden["variances"].values[j]), 1e-6 * total);
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
    const std::vector<double> variances = principal_variances(samples);
    ASSERT_EQ(variances.size(), static_cast<size_t>(d));
    EXPECT_NEAR(variances[11] / variances[0], 0, 1e-5) << "12 samples have 11 components";
  }
}

/// Samples {n, d} with the standard deviations 1, 1/2, 1/3 ... along random directions, and a mean.
Tensor decaying_samples(int64_t n, int64_t d, int64_t num_directions) {
  RandomStream random(3, RandomPurpose::kInitialWeights, 0);
  Tensor along({n, num_directions}), directions({num_directions, d}), samples({n, d});
  for (int64_t i = 0; i < along.size(); ++i)
    along.data()[i] = random.normal() / static_cast<float>(1 + i % num_directions);
  for (float& value : directions.values()) value = random.normal();
  matmul(n, d, num_directions, along.data(), directions.data(), samples.data());
  for (float& value : samples.values()) value += 5;
  return samples;
}

// A component c with variance v solves x^T x c / (n - 1) = v c.
TEST(Pca, OfALargeMatrixSolvesTheEigenvalueEquation) {
  const int64_t n = 1100, d = 1200, k = 4;
  const Tensor samples = decaying_samples(n, d, 60);
  for (const int threads : {1, 2}) {
    const Pca pca = fit_pca(samples, k, {threads, {}});
    const Tensor latents = pca.encode(samples);
    Tensor products({d, k});
    const Tensor x = centered(samples, pca.mean, {});
    matmul_tn(d, k, n, x.data(), latents.data(), products.data());
    for (int64_t c = 0; c < k; ++c) {
      const double variance = pca.variances[static_cast<size_t>(c)];
      double error = 0, length = 0;
      for (int64_t j = 0; j < d; ++j) {
        const auto component = static_cast<double>(pca.components.row(c)[static_cast<size_t>(j)]);
        const double product = static_cast<double>(products.data()[j * k + c]) / (n - 1) / variance;
        error += (product - component) * (product - component);
        length += component * component;
      }
      EXPECT_NEAR(length, 1, 1e-5);
      EXPECT_LT(std::sqrt(error), 1e-3) << c;
      if (c > 0) {
        EXPECT_LE(variance, pca.variances[static_cast<size_t>(c - 1)]);
      }
    }
  }
}

TEST(Pca, OfALargeMatrixWithFewDirectionsHasNoOtherComponents) {
  const Pca pca = fit_pca(decaying_samples(1100, 1200, 3), 5);
  double sum = 0;
  for (const double variance : pca.variances) sum += variance;
  EXPECT_NEAR(sum / pca.total_variance, 1, 1e-5);
  EXPECT_NEAR(pca.variances[3] / pca.variances[0], 0, 1e-6);
  for (const float value : pca.components.values()) ASSERT_TRUE(std::isfinite(value));
}

TEST(Pca, OfFewerSamplesThanComponentsNeedsMemoryForTheSamplesOnly) {
  // The covariance of 200,000 values would take 320 GB.
  const Tensor samples = decaying_samples(3, 200'000, 3);
  const Pca pca = fit_pca(samples, 10);
  EXPECT_NEAR((pca.variances[0] + pca.variances[1]) / pca.total_variance, 1, 1e-4);
  EXPECT_EQ(pca.variances[9], 0);
  const Tensor decoded = pca.decode(pca.encode(samples));
  for (int64_t i = 0; i < samples.size(); i += 1000) EXPECT_NEAR(decoded.data()[i], samples.data()[i], 1e-3);
}

TEST(Pca, OfEqualSamplesIsZero) {
  for (const int64_t n : {int64_t{4}, int64_t{1100}}) {
    const Pca pca = fit_pca(Tensor({n, n}), 2);
    EXPECT_EQ(pca.total_variance, 0);
    EXPECT_EQ(pca.variances[0], 0);
    for (const float value : pca.components.values()) ASSERT_TRUE(std::isfinite(value));
  }
}

TEST(Pca, MakesTheLargestElementOfAComponentPositive) {
  for (const Tensor& samples :
       {decaying_samples(50, 7, 7), decaying_samples(7, 50, 7), decaying_samples(1100, 1200, 9)}) {
    const Pca pca = fit_pca(samples, 3);
    for (int64_t c = 0; c < 3; ++c)
      EXPECT_GE(std::ranges::max(pca.components.row(c)), -std::ranges::min(pca.components.row(c))) << c;
  }
}

}  // namespace
}  // namespace hourglass
