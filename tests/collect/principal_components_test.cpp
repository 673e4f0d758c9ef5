#include "collect/principal_components.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"

namespace hourglass {
namespace {

/// Points in ten dimensions around (1, 1, ...), with standard deviations 3, 2 and 0.5 along three orthonormal
/// directions.
Tensor ellipsoid(int64_t n, const double (&directions)[3][10]) {
  constexpr double kDeviations[] = {3, 2, 0.5};
  Tensor points({n, 10});
  RandomStream random(7, RandomPurpose::kInitialWeights, 0);
  for (int64_t i = 0; i < n; ++i) {
    double along[3];
    for (size_t k = 0; k < 3; ++k) along[k] = kDeviations[k] * static_cast<double>(random.normal());
    for (size_t j = 0; j < 10; ++j) {
      double value = 1;
      for (size_t k = 0; k < 3; ++k) value += along[k] * directions[k][j];
      points.data()[static_cast<size_t>(i) * 10 + j] = static_cast<float>(value);
    }
  }
  return points;
}

TEST(PrincipalComponents, FindsTheDirectionsOfAnEllipsoid) {
  const double s = std::sqrt(0.5);
  const double directions[3][10] = {{s, s}, {0, 0, 0, 0.6, -0.8}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  const PrincipalComponents found = principal_components(ellipsoid(20000, directions), 2);
  for (int64_t j = 0; j < 10; ++j) {
    const auto column = static_cast<size_t>(j);
    EXPECT_NEAR(found.mean.values()[column], 1, 0.06);
    EXPECT_NEAR(found.axes.row(0)[column], directions[0][column], 0.03);
    EXPECT_NEAR(found.axes.row(1)[column], -directions[1][column], 0.03) << "its largest element is positive";
  }
  EXPECT_NEAR(found.variance_parts[0], 9 / 13.25, 0.02);
  EXPECT_NEAR(found.variance_parts[1], 4 / 13.25, 0.02);
}

TEST(PrincipalComponents, AreOrthonormalAndExplainTheWholeVariance) {
  Tensor points({50, 7});
  RandomStream random(3, RandomPurpose::kInitialWeights, 0);
  for (float& value : points.values()) value = random.normal();
  const PrincipalComponents found = principal_components(points, 9);
  ASSERT_EQ(found.axes.rows(), 7) << "limited to the number of dimensions";
  double sum = 0;
  for (int64_t a = 0; a < 7; ++a) {
    sum += found.variance_parts[static_cast<size_t>(a)];
    for (int64_t b = 0; b <= a; ++b) {
      double dot = 0;
      for (size_t j = 0; j < 7; ++j)
        dot += static_cast<double>(found.axes.row(a)[j]) * static_cast<double>(found.axes.row(b)[j]);
      EXPECT_NEAR(dot, a == b, 1e-5);
    }
  }
  EXPECT_NEAR(sum, 1, 1e-5);
}

TEST(PrincipalComponents, AcceptsPointsOnALine) {
  Tensor points({5, 3});
  for (int64_t i = 0; i < 5; ++i) points.data()[3 * i + 1] = static_cast<float>(i);
  const PrincipalComponents found = principal_components(points, 2);
  EXPECT_NEAR(found.axes.row(0)[1], 1, 1e-6);
  EXPECT_NEAR(found.variance_parts[0], 1, 1e-6);
  for (const float value : found.axes.values()) EXPECT_TRUE(std::isfinite(value));
}

TEST(PrincipalComponents, AcceptsIdenticalPoints) {
  const PrincipalComponents found = principal_components(Tensor({4, 3}), 2);
  for (const float value : found.axes.values()) EXPECT_TRUE(std::isfinite(value));
  EXPECT_EQ(found.variance_parts[0], 0);
}

}  // namespace
}  // namespace hourglass
