#include "collect/principal_plane.h"

#include <cmath>
#include <vector>

#include "core/random.h"

namespace hourglass {
namespace {

using Vector = std::vector<double>;

// More directions than are wanted: the iteration then converges by the gap to the first that is left out.
constexpr int kDirections = 6;
constexpr int kMostRounds = 100;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Gram and Schmidt; a direction that lies in the span of those before it becomes 0.
void orthonormalize(std::vector<Vector>& directions) {
  for (size_t k = 0; k < directions.size(); ++k) {
    const double before = std::sqrt(dot(directions[k], directions[k]));
    for (size_t i = 0; i < k; ++i) {
      const double along = dot(directions[i], directions[k]);
      for (size_t j = 0; j < directions[k].size(); ++j) directions[k][j] -= along * directions[i][j];
    }
    const double norm = std::sqrt(dot(directions[k], directions[k]));
    const double factor = norm > 1e-10 * before ? 1 / norm : 0;
    for (double& value : directions[k]) value *= factor;
  }
}

}  // namespace

// Orthogonal iteration (Golub, Van Loan, "Matrix Computations", 8.2) on the covariance, which is never formed: latents
// may have thousands of dimensions, of which two directions are wanted.
PrincipalPlane principal_plane(const Tensor& points) {
  const int64_t n = points.rows(), dim = points.row_size();
  const auto width = static_cast<size_t>(dim);
  Vector mean(width);
  for (int64_t i = 0; i < n; ++i)
    for (size_t j = 0; j < width; ++j) mean[j] += static_cast<double>(points.row(i)[j]) / static_cast<double>(n);
  std::vector<float> centred(points.values().begin(), points.values().end());
  double variance = 0;
  for (int64_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < width; ++j) {
      float& value = centred[static_cast<size_t>(i) * width + j];
      value = static_cast<float>(static_cast<double>(value) - mean[j]);
      variance += static_cast<double>(value) * static_cast<double>(value);
    }
  }

  std::vector<Vector> directions(static_cast<size_t>(std::min<int64_t>(kDirections, dim)), Vector(width));
  RandomStream random(1, RandomPurpose::kInitialWeights, 0);
  for (Vector& direction : directions)
    for (double& value : direction) value = static_cast<double>(random.normal());
  orthonormalize(directions);
  Vector along(directions.size());
  for (int round = 0; round < kMostRounds; ++round) {
    double change = 0;
    std::vector<Vector> next(directions.size(), Vector(width));
    for (size_t k = 0; k < directions.size(); ++k) {
      for (int64_t i = 0; i < n; ++i) {
        const float* row = centred.data() + static_cast<size_t>(i) * width;
        double product = 0;
        for (size_t j = 0; j < width; ++j) product += static_cast<double>(row[j]) * directions[k][j];
        for (size_t j = 0; j < width; ++j) next[k][j] += static_cast<double>(row[j]) * product;
      }
      const double found = dot(next[k], directions[k]);
      change += std::abs(found - along[k]);
      along[k] = found;
    }
    directions = std::move(next);
    orthonormalize(directions);
    if (change <= 1e-7 * variance) break;
  }

  PrincipalPlane plane{Tensor({1, dim}), Tensor({2, dim}), {}};
  for (size_t j = 0; j < width; ++j) plane.mean.data()[j] = static_cast<float>(mean[j]);
  for (size_t axis = 0; axis < 2; ++axis) {
    // Of the two signs, the one in which the largest element is positive.
    double extreme = 0;
    for (const double value : directions[axis])
      if (std::abs(value) > std::abs(extreme)) extreme = value;
    for (size_t j = 0; j < width; ++j)
      plane.axes.data()[axis * width + j] =
          static_cast<float>(extreme < 0 ? -directions[axis][j] : directions[axis][j]);
    plane.variance_parts[axis] = variance > 0 ? along[axis] / variance : 0;
  }
  return plane;
}

}  // namespace hourglass
