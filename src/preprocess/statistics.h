#pragma once
// What steps of preprocessing learn from the training part. The sums do not depend on the number of threads.

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/preprocessing.h"

namespace hourglass {

/// Calls visit(chunk, rows, values) with all samples as a model sees them, up to some hundred at a time. The samples
/// are cut into kNumChunks runs, each visited from its first to its last sample, several at once on other threads.
inline constexpr int kNumChunks = 16;
void for_each_block(const Dataset& data, const Context& context,
                    const std::function<void(int chunk, int64_t rows, const float* values)>& visit);

/// Of every feature over the values that are finite; mean and extremes are NaN where there is none.
struct FeatureStatistics {
  std::vector<double> mean, variance;  ///< the variance divides by their number
  std::vector<float> low, high;
  std::vector<int64_t> missing;  ///< values that are not finite

  /// All values are the same.
  bool is_constant(size_t feature) const { return !(low[feature] < high[feature]); }
  ValueRange range() const;
};
FeatureStatistics feature_statistics(const Dataset& data, const Context& context);

/// Mean and variance of all values of all features together.
struct PooledMoments {
  double mean, variance;
};
PooledMoments pooled_moments(const FeatureStatistics& features);

/// Of every feature the first quartile, the median and the third quartile of the finite values, between two values by
/// linear interpolation (type 7 of Hyndman and Fan, The American Statistician 50(4), 1996); NaN where there is none.
std::vector<std::array<double, 3>> quartiles(const Dataset& data, const Context& context);

}  // namespace hourglass
