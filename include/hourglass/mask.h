#pragma once

#include <cstdint>

#include "hourglass/tensor.h"

namespace hourglass {

/// Which part of an image is hidden.
enum class Mask { kRight, kLeft, kTop, kBottom, kCentre, kRandom };
inline constexpr int kNumMasks = 6;
/// "right", "left", "top", "bottom", "centre", "random".
const char* name(Mask mask);

/// 1 where a value is hidden, else 0; {rows, values of a sample}.
///   right   columns >= width / 2 (those >= 14 of 28)     left    columns < width / 2
///   bottom  rows >= height / 2                           top     rows < height / 2
///   centre  the middle half of the rows and columns      random  each pixel with probability `fraction`
/// Sample i's random mask depends on (seed, i) alone. A sample that is no image is one row of values.
Tensor make_mask(Mask mask, int64_t rows, const Shape& sample_shape, double fraction = 0.5, uint64_t seed = 1);

}  // namespace hourglass
