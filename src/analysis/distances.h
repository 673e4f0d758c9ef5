#pragma once
// Distances between all rows of two matrices, one matrix product per block.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"
#include "kernels/matmul.h"

namespace hourglass {

/// Queries {n, d} and points {m, d}, centered by the mean of `points` to reduce the rounding error of distances.
struct DistanceSets {
  DistanceSets(const Tensor& queries_in, const Tensor& points_in, const Context& context) {
    const std::vector<double> mean = column_means(points_in, context);
    queries = centered(queries_in, mean, context);
    points = centered(points_in, mean, context);
    query_lengths = squared_lengths(queries);
    point_lengths = squared_lengths(points);
  }
  /// The largest error of the squared distance of a query to a point: that of a dot product of d floats (Higham 2002,
  /// "Accuracy and Stability of Numerical Algorithms", 3.1) and of centering.
  double error(int64_t query, int64_t point) const {
    constexpr double kUnitRoundoff = 0x1p-24;
    return kUnitRoundoff * static_cast<double>(points.row_size() + 4) *
           (query_lengths[static_cast<size_t>(query)] + point_lengths[static_cast<size_t>(point)]);
  }

  Tensor queries, points;
  std::vector<double> query_lengths, point_lengths;  ///< squared
};

/// Calls use(query, first, distances) with squared distances of a query to points [first, first + distances.size()).
/// The calls of one query are in order; different queries run in parallel. Distances are rounded like float32 products:
/// a distance of 0 can be negative. DistanceSets::error bounds what rounding changes.
template <typename Use>
void for_each_distance(const DistanceSets& sets, const Context& context, const Use& use) {
  constexpr int64_t kQueryRows = 128, kPointRows = 512;
  const int64_t d = sets.points.row_size();
  for_each_block(sets.queries.rows(), kQueryRows, context, [&](int, int64_t begin, int64_t rows) {
    std::vector<float> products(static_cast<size_t>(kQueryRows * kPointRows));
    std::vector<double> distances(static_cast<size_t>(kPointRows));
    for (int64_t first = 0; first < sets.points.rows(); first += kPointRows) {
      const int64_t count = std::min(kPointRows, sets.points.rows() - first);
      matmul_nt(rows, count, d, sets.queries.data() + begin * d, sets.points.data() + first * d, products.data());
      for (int64_t i = 0; i < rows; ++i) {
        const float* product = products.data() + i * count;
        const double length = sets.query_lengths[static_cast<size_t>(begin + i)];
        for (int64_t j = 0; j < count; ++j)
          distances[static_cast<size_t>(j)] =
              length + sets.point_lengths[static_cast<size_t>(first + j)] - 2 * static_cast<double>(product[j]);
        use(begin + i, first, std::span<const double>(distances).first(static_cast<size_t>(count)));
      }
    }
  });
}

}  // namespace hourglass
