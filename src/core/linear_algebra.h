#pragma once
// Dense decompositions in double precision, by LAPACK.

#include <cstdint>
#include <optional>
#include <vector>

namespace hourglass {

/// Eigenvalues of a symmetric matrix, largest first, and their eigenvectors of length 1.
struct SymmetricEigen {
  std::vector<double> values;   ///< [n]
  std::vector<double> vectors;  ///< [n, n], row i belongs to value i
};

/// `matrix`: [n, n], symmetric and finite. Throws Error(kData) where the decomposition fails.
SymmetricEigen symmetric_eigen(const std::vector<double>& matrix, int64_t n);

/// matrix = lower lower^T.
struct CholeskyFactor {
  std::vector<double> lower;    ///< [n, n], row-major, 0 above the diagonal
  std::vector<double> inverse;  ///< the inverse of `lower`, likewise
  double log_determinant = 0;   ///< ln det of the matrix
};

/// `matrix`: [n, n], symmetric. Nothing where it is not positive definite.
std::optional<CholeskyFactor> cholesky(const std::vector<double>& matrix, int64_t n);

}  // namespace hourglass
