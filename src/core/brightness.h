#pragma once
// Converts values to the brightness of pixels.

#include <algorithm>
#include <cstdint>
#include <span>

#include "hourglass/value_range.h"

namespace hourglass {

/// Maps range.low to 0 (black) and range.high to 1 (white), linearly. If the range is within [0, 1], values do not
/// change. If the range has zero width, all values become 0.5.
void to_brightness(std::span<float> values, const ValueRange& range);

/// A brightness of 0 to 1 as a byte, rounded. Others are clipped; NaN is black.
inline uint8_t to_byte(float brightness) {
  return static_cast<uint8_t>(brightness > 0 ? std::min(brightness, 1.0f) * 255 + 0.5f : 0.0f);
}

}  // namespace hourglass
