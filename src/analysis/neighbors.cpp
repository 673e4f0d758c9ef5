#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "analysis/distances.h"
#include "core/matrix.h"
#include "hourglass/error.h"
#include "hourglass/generation.h"

namespace hourglass {
namespace {

void check_sets(const Tensor& a, const Tensor& b, const char* a_name, const char* b_name) {
  check_same_width(a, b);
  check_finite(a, a_name);
  check_finite(b, b_name);
}

// Keeps the k smallest distances of a query in ascending order.
void insert(double distance, int64_t index, std::span<double> distances, std::span<int64_t> indices) {
  size_t at = distances.size() - 1;
  for (; at > 0 && distances[at - 1] > distance; --at) {
    distances[at] = distances[at - 1];
    indices[at] = indices[at - 1];
  }
  distances[at] = distance;
  indices[at] = index;
}

// Fraction of queries inside the ball of any point.
double fraction_inside(const Tensor& queries, const Tensor& points, const std::vector<double>& radii,
                       const Context& context) {
  const DistanceSets sets(queries, points, context);
  std::vector<char> inside(static_cast<size_t>(queries.rows()));
  for_each_distance(sets, context, [&](int64_t query, int64_t first, std::span<const double> distances) {
    char& found = inside[static_cast<size_t>(query)];
    for (size_t j = 0; j < distances.size() && !found; ++j) {
      const int64_t point = first + static_cast<int64_t>(j);
      const double square = radii[static_cast<size_t>(point)] * radii[static_cast<size_t>(point)];
      const double error = sets.error(query, point);
      if (distances[j] - error <= square)
        found = distances[j] + error <= square || squared_distance(queries.row(query), points.row(point)) <= square;
    }
  });
  return static_cast<double>(std::ranges::count(inside, char{1})) / static_cast<double>(inside.size());
}

}  // namespace

std::vector<double> Neighbors::radii() const {
  std::vector<double> result;
  for (size_t i = static_cast<size_t>(k) - 1; i < squared_distances.size(); i += static_cast<size_t>(k))
    result.push_back(std::sqrt(squared_distances[i]));
  return result;
}

std::vector<int64_t> same_rows(int64_t count) {
  std::vector<int64_t> rows(static_cast<size_t>(count));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

Neighbors nearest_neighbors(const Tensor& queries, const Tensor& points, int64_t k, std::span<const int64_t> ignored,
                            const Context& context) {
  if (!ignored.empty() && static_cast<int64_t>(ignored.size()) != queries.rows())
    throw Error(ErrorKind::kUsage, fmt::format("There are {} ignored points for {} queries; one each was expected.",
                                               ignored.size(), queries.rows()));
  if (k < 1) throw Error(ErrorKind::kUsage, fmt::format("Cannot find {} nearest neighbors; at least 1 is needed.", k));
  check_sets(queries, points, "rows to find neighbors of", "rows to search");
  if (points.rows() - (ignored.empty() ? 0 : 1) < k)
    throw Error(ErrorKind::kData, fmt::format("Cannot find {} nearest neighbors among {} rows.", k, points.rows()));
  const DistanceSets sets(queries, points, context);
  const auto total = static_cast<size_t>(queries.rows() * k), num = static_cast<size_t>(k);
  Neighbors found{k, std::vector<int64_t>(total, -1),
                  std::vector<double>(total, std::numeric_limits<double>::infinity())};
  // A distance that is rounded is only a bound: one that can be among the smallest is computed exactly.
  for_each_distance(sets, context, [&](int64_t query, int64_t first, std::span<const double> distances) {
    const auto at = static_cast<size_t>(query) * num;
    const auto kept = std::span(found.squared_distances).subspan(at, num);
    const auto indices = std::span(found.indices).subspan(at, num);
    const int64_t own = ignored.empty() ? -1 : ignored[static_cast<size_t>(query)];
    for (size_t j = 0; j < distances.size(); ++j) {
      const int64_t point = first + static_cast<int64_t>(j);
      if (point == own || distances[j] - sets.error(query, point) >= kept.back()) continue;
      const double exact = squared_distance(queries.row(query), points.row(point));
      if (exact < kept.back()) insert(exact, point, kept, indices);
    }
  });
  return found;
}

PrecisionRecall precision_recall(const Tensor& real, const Tensor& generated, const Context& context) {
  constexpr int64_t kOfPrecision = 3, kOfCoverage = 5;
  check_sets(real, generated, "real samples", "generated samples");
  const auto radii = [&](const Tensor& set, int64_t k) {
    return nearest_neighbors(set, set, k, same_rows(set.rows()), context).radii();
  };
  const std::vector<double> covering = radii(real, kOfCoverage);
  const std::vector<double> to_generated = nearest_neighbors(real, generated, 1, {}, context).radii();
  double covered = 0;
  for (size_t i = 0; i < covering.size(); ++i) covered += to_generated[i] <= covering[i] ? 1 : 0;
  return {fraction_inside(generated, real, radii(real, kOfPrecision), context),
          fraction_inside(real, generated, radii(generated, kOfPrecision), context),
          covered / static_cast<double>(covering.size())};
}

}  // namespace hourglass
