// The only file that includes Armadillo. Armadillo reports failures by return values, so it prints nothing.
#include "core/linear_algebra.h"

#define ARMA_DONT_USE_WRAPPER
#define ARMA_DONT_USE_ARPACK
#define ARMA_DONT_USE_SUPERLU
#define ARMA_DONT_USE_HDF5
#define ARMA_DONT_PRINT_EXCEPTIONS
#define ARMA_WARN_LEVEL 0
#include <armadillo>
#include <cmath>
#include <string>

#include "hourglass/error.h"

namespace hourglass {

SymmetricEigen symmetric_eigen(const std::vector<double>& matrix, int64_t n) {
  const auto size = static_cast<arma::uword>(n);
  const arma::mat a(matrix.data(), size, size);  // symmetric: column-major equals row-major
  arma::vec values;
  arma::mat vectors;
  if (!arma::eig_sym(values, vectors, a))
    throw Error(ErrorKind::kData, "The eigenvalue decomposition of a matrix of " + std::to_string(n) +
                                      " rows failed. Are all values finite?");
  SymmetricEigen eigen;
  for (arma::uword i = size; i-- > 0;) {
    eigen.values.push_back(values[i]);
    eigen.vectors.insert(eigen.vectors.end(), vectors.colptr(i), vectors.colptr(i) + size);
  }
  return eigen;
}

std::optional<CholeskyFactor> cholesky(const std::vector<double>& matrix, int64_t n) {
  const auto size = static_cast<arma::uword>(n);
  const arma::mat a(matrix.data(), size, size);
  // The column-major upper factor is the row-major lower factor.
  arma::mat upper, inverse;
  if (!arma::chol(upper, a) || !arma::inv(inverse, arma::trimatu(upper))) return std::nullopt;
  CholeskyFactor factor{{upper.begin(), upper.end()}, {inverse.begin(), inverse.end()}, 0};
  for (arma::uword i = 0; i < size; ++i) factor.log_determinant += 2 * std::log(upper(i, i));
  return factor;
}

}  // namespace hourglass
