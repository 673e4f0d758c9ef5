#pragma once
// Statistics of features for fitting preprocessing steps. The results do not depend on the number of threads.

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/preprocessing.h"

namespace hourglass {

/// Calls visit(chunk, rows, values) with all preprocessed samples, in blocks of at most 512. The samples are divided
/// into kNumChunks chunks. Each chunk is visited in order; different chunks run in parallel.
inline constexpr int kNumChunks = 16;
void for_each_block(const Dataset& data, const Context& context,
                    const std::function<void(int chunk, int64_t rows, const float* values)>& visit);

/// Statistics of the finite values of each feature; NaN (mean and extremes) if it has none.
struct FeatureStatistics {
  std::vector<double> mean, variance;  ///< variance divided by n
  std::vector<float> low, high;
  std::vector<int64_t> missing;  ///< number of values that are not finite

  /// Returns whether all values are equal.
  bool is_constant(size_t feature) const { return !(low[feature] < high[feature]); }
  ValueRange range() const;
};
FeatureStatistics feature_statistics(const Dataset& data, const Context& context);

/// Mean and variance of all values of all features together.
struct PooledMoments {
  double mean, variance;
};
PooledMoments pooled_moments(const FeatureStatistics& features);

/// First quartile, median and third quartile of the finite values of each feature, linearly interpolated (type 7 of
/// Hyndman and Fan, The American Statistician 50(4), 1996); NaN if it has none.
std::vector<std::array<double, 3>> quartiles(const Dataset& data, const Context& context);

}  // namespace hourglass
