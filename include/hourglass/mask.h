#pragma once

#include <cstdint>

#include "hourglass/tensor.h"

namespace hourglass {

/// Region of an image that is hidden.
enum class Mask { kRight, kLeft, kTop, kBottom, kCenter, kRandom };
inline constexpr int kNumMasks = 6;
/// "right", "left", "top", "bottom", "center", "random".
const char* name(Mask mask);

/// Returns a mask {rows, values of a sample}: 1 for a hidden value, else 0.
///   right   columns >= width / 2 (14 to 27 of 28)        left    columns < width / 2
///   bottom  rows >= height / 2                           top     rows < height / 2
///   center  the middle half of the rows and columns      random  each pixel with probability `fraction`
/// The random mask of sample i depends on (seed, i) only. Samples of two axes are height x width; of one axis, a row.
Tensor make_mask(Mask mask, int64_t rows, const Shape& sample_shape, double fraction = 0.5, uint64_t seed = 1);

}  // namespace hourglass
