#pragma once
// Noise on the input of a denoising autoencoder.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/tensor.h"
#include "hourglass/value_range.h"

namespace hourglass {

/// Whether the config adds any noise.
bool corrupts(const CorruptionConfig& config);
/// "normal of variance 0.25 cut to [0, 1], 10 % of the values 0", or "".
std::string describe(const CorruptionConfig& config, const ValueRange& scale);

class Corruption {
 public:
  /// `scale`: the range that noisy values are clamped to (if config.clamp), and the values of salt and pepper.
  /// Throws Error(kUsage) if config.hide names regions of an image and the samples are not images.
  Corruption(const CorruptionConfig& config, const Shape& sample_shape, const ValueRange& scale);

  /// Writes noisy[rows, width] from clean[rows, width]: first normal noise, then the mask, then salt and pepper, then
  /// the hidden region. The noise depends on (seed, step, index of the row in the batch).
  void apply(uint64_t seed, uint64_t step, int64_t first_row, int64_t rows, const float* clean, float* noisy) const;

 private:
  // A range of adjacent values of a sample: first and past the last.
  using Run = std::pair<int64_t, int64_t>;

  void hide(uint64_t seed, uint64_t step, int64_t row, float* sample) const;

  CorruptionConfig config_;
  int64_t width_;
  ValueRange scale_;
  std::vector<std::vector<Run>> hidden_;  // for each entry of config.hide
};

}  // namespace hourglass
