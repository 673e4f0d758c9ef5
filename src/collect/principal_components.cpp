#include "collect/principal_components.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "kernels/matmul.h"

namespace hourglass {
namespace {

// Extra directions. The rate of convergence depends on the variance gap to the first direction that is left out.
constexpr int64_t kMoreDirections = 6;
constexpr int kMostRounds = 100;

/// Directions as the columns of a matrix, columns[dim, k].
struct Directions {
  int64_t dim, k;
  std::vector<float> columns;

  float& at(int64_t row, int64_t column) { return columns[static_cast<size_t>(row * k + column)]; }

  double dot(int64_t a, int64_t b) {
    double sum = 0;
    for (int64_t i = 0; i < dim; ++i) sum += static_cast<double>(at(i, a)) * static_cast<double>(at(i, b));
    return sum;
  }

  void subtract(int64_t from, int64_t other, double factor) {
    for (int64_t i = 0; i < dim; ++i) at(i, from) -= static_cast<float>(factor * static_cast<double>(at(i, other)));
  }

  // Gram-Schmidt with two passes per direction, since rounding errors remain after the first. A direction in the span
  // of the previous ones becomes 0.
  void orthonormalize() {
    for (int64_t a = 0; a < k; ++a) {
      const double before = std::sqrt(dot(a, a));
      for (int pass = 0; pass < 2; ++pass)
        for (int64_t b = 0; b < a; ++b) subtract(a, b, dot(b, a));
      const double norm = std::sqrt(dot(a, a));
      subtract(a, a, norm > 1e-5 * before ? 1 - 1 / norm : 1);
    }
  }
};

/// Computes the mean and the centered points. Returns the sum of squares of the centered points.
double center(const Tensor& points, Tensor& mean, Tensor& centered) {
  const int64_t n = points.rows(), dim = points.row_size();
  double squares = 0;
  for (int64_t j = 0; j < dim; ++j) {
    double sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += static_cast<double>(points.data()[i * dim + j]);
    mean.data()[j] = static_cast<float>(sum / static_cast<double>(n));
    for (int64_t i = 0; i < n; ++i) {
      const float value = points.data()[i * dim + j] - mean.data()[j];
      centered.data()[i * dim + j] = value;
      squares += static_cast<double>(value) * static_cast<double>(value);
    }
  }
  return squares;
}

}  // namespace

// Orthogonal iteration (Golub, Van Loan, "Matrix Computations", 8.2) on the covariance matrix. The matrix is never
// formed: latents can have thousands of dimensions, and only a few directions are needed.
PrincipalComponents principal_components(const Tensor& points, int64_t count) {
  const int64_t n = points.rows(), dim = points.row_size();
  count = std::min(count, dim);
  PrincipalComponents found{Tensor({1, dim}), Tensor({count, dim}), {}};
  Tensor centered({n, dim});
  const double squares = center(points, found.mean, centered);

  Directions directions{dim, std::min(count + kMoreDirections, dim), {}};
  directions.columns.resize(static_cast<size_t>(dim * directions.k));
  RandomStream random(1, RandomPurpose::kInitialWeights, 0);
  for (float& value : directions.columns) value = random.normal();
  directions.orthonormalize();
  std::vector<float> products(static_cast<size_t>(n * directions.k));
  std::vector<double> along(static_cast<size_t>(directions.k));
  for (int round = 0; round < kMostRounds; ++round) {
    matmul(n, directions.k, dim, centered.data(), directions.columns.data(), products.data());
    double change = 0;
    for (int64_t a = 0; a < directions.k; ++a) {
      double sum = 0;
      for (int64_t i = 0; i < n; ++i) {
        const double product = static_cast<double>(products[static_cast<size_t>(i * directions.k + a)]);
        sum += product * product;
      }
      change += std::abs(sum - along[static_cast<size_t>(a)]);
      along[static_cast<size_t>(a)] = sum;
    }
    if (change <= 1e-7 * squares) break;
    matmul_tn(dim, directions.k, n, centered.data(), products.data(), directions.columns.data());
    directions.orthonormalize();
  }

  for (int64_t axis = 0; axis < count; ++axis) {
    // Choose the sign that makes the largest element positive.
    float extreme = 0;
    for (int64_t j = 0; j < dim; ++j)
      if (std::abs(directions.at(j, axis)) > std::abs(extreme)) extreme = directions.at(j, axis);
    for (int64_t j = 0; j < dim; ++j)
      found.axes.data()[axis * dim + j] = extreme < 0 ? -directions.at(j, axis) : directions.at(j, axis);
    found.variance_parts.push_back(squares > 0 ? along[static_cast<size_t>(axis)] / squares : 0);
  }
  return found;
}

}  // namespace hourglass
