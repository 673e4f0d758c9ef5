#pragma once
// Conversion to and from the bits of the 16-bit floating-point format of IEEE 754 (binary16).

#include <cstdint>

namespace hourglass {

/// Rounds to the nearest value, ties to even. Values that are too large become infinity.
uint16_t to_float16(float value);
float from_float16(uint16_t bits);

}  // namespace hourglass
