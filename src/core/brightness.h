#pragma once
// Values as brightnesses of pictures.

#include <span>

#include "hourglass/value_range.h"

namespace hourglass {

/// Lets values from range.low to range.high go from 0, black, to 1, white. Those of a range within [0, 1] are
/// brightnesses already and stay; all of a range without width become 0.5.
void to_brightness(std::span<float> values, const ValueRange& range);

}  // namespace hourglass
