#pragma once
// Dense matrix decompositions in double precision, computed by LAPACK.

#include <cstdint>
#include <optional>
#include <vector>

namespace hourglass {

/// Eigenvalues of a symmetric matrix, largest first, and their unit eigenvectors.
struct SymmetricEigen {
  std::vector<double> values;   ///< [n]
  std::vector<double> vectors;  ///< [n, n], row i belongs to value i
};

/// Returns the eigendecomposition of `matrix`: [n, n], symmetric and finite. Throws Error(kData) if the decomposition
/// fails.
SymmetricEigen symmetric_eigen(const std::vector<double>& matrix, int64_t n);

/// Cholesky decomposition: matrix = lower lower^T.
struct CholeskyFactor {
  std::vector<double> lower;    ///< [n, n], row-major, 0 above the diagonal
  std::vector<double> inverse;  ///< inverse of `lower`, same layout
  double log_determinant = 0;   ///< ln det of the matrix
};

/// Returns the Cholesky factor of `matrix` ([n, n], symmetric), or nullopt if it is not positive definite.
std::optional<CholeskyFactor> cholesky(const std::vector<double>& matrix, int64_t n);

}  // namespace hourglass
