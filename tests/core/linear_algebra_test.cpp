#include "core/linear_algebra.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/expect_error.h"

namespace hourglass {
namespace {

const std::vector<double> kMatrix = {4, 1, 0.5, 1, 3, -1, 0.5, -1, 2};

TEST(SymmetricEigen, ReconstructsTheMatrix) {
  const SymmetricEigen eigen = symmetric_eigen(kMatrix, 3);
  EXPECT_GE(eigen.values[0], eigen.values[1]);
  EXPECT_GE(eigen.values[1], eigen.values[2]);
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      double sum = 0;
      for (size_t k = 0; k < 3; ++k) sum += eigen.values[k] * eigen.vectors[k * 3 + i] * eigen.vectors[k * 3 + j];
      EXPECT_NEAR(sum, kMatrix[i * 3 + j], 1e-12);
    }
  }
}

TEST(SymmetricEigen, RejectsNonFiniteValues) {
  expect_error(ErrorKind::kData, {"2 rows", "finite"}, [] { symmetric_eigen({std::nan(""), 0, 0, 1}, 2); });
}

TEST(Cholesky, ReturnsTheLowerFactorItsInverseAndTheDeterminant) {
  const auto factor = cholesky(kMatrix, 3);
  ASSERT_TRUE(factor);
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      double square = 0, identity = 0;
      for (size_t k = 0; k < 3; ++k) {
        square += factor->lower[i * 3 + k] * factor->lower[j * 3 + k];
        identity += factor->lower[i * 3 + k] * factor->inverse[k * 3 + j];
      }
      EXPECT_NEAR(square, kMatrix[i * 3 + j], 1e-12);
      EXPECT_NEAR(identity, i == j ? 1 : 0, 1e-12);
      if (j > i) {
        EXPECT_EQ(factor->lower[i * 3 + j], 0);
      }
    }
  }
  EXPECT_NEAR(factor->log_determinant, std::log(4 * (6 - 1) - 1 * (2 + 0.5) + 0.5 * (-1 - 1.5)), 1e-12);
}

TEST(Cholesky, ReturnsNulloptForAnIndefiniteMatrix) { EXPECT_FALSE(cholesky({1, 2, 2, 1}, 2)); }

}  // namespace
}  // namespace hourglass
