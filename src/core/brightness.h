#pragma once
// Converts values to the brightness of pixels.

#include <span>

#include "hourglass/value_range.h"

namespace hourglass {

/// Maps range.low to 0 (black) and range.high to 1 (white), linearly. If the range is within [0, 1], values do not
/// change. If the range has zero width, all values become 0.5.
void to_brightness(std::span<float> values, const ValueRange& range);

}  // namespace hourglass
