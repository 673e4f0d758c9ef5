#pragma once
// What is done to the input of a denoising autoencoder.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/tensor.h"
#include "hourglass/value_range.h"

namespace hourglass {

/// Whether anything is done at all.
bool corrupts(const CorruptionConfig& config);
/// "normal of variance 0.25 cut to [0, 1], 10 % of the values 0", or "".
std::string describe(const CorruptionConfig& config, const ValueRange& scale);

class Corruption {
 public:
  /// `scale`: what noisy values are cut to where config.clamp, and what salt and pepper are.
  /// Throws Error(kUsage) where config.hide names halves and samples of this shape have none.
  Corruption(const CorruptionConfig& config, const Shape& sample_shape, const ValueRange& scale);

  /// noisy[rows, width] from clean[rows, width]: first the normal noise, then the mask, then salt and pepper, then what
  /// is hidden, each drawn anew for every (seed, step, place of the row in the batch).
  void apply(uint64_t seed, uint64_t step, int64_t first_row, int64_t rows, const float* clean, float* noisy) const;

 private:
  // Values of a sample that lie side by side, first and past the last.
  using Run = std::pair<int64_t, int64_t>;

  void hide(uint64_t seed, uint64_t step, int64_t row, float* sample) const;

  CorruptionConfig config_;
  int64_t width_;
  ValueRange scale_;
  std::vector<std::vector<Run>> hidden_;  // for each entry of config.hide
};

}  // namespace hourglass
