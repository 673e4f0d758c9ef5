#pragma once
// The 16-bit floating-point format of IEEE 754 (binary16), as its bits.

#include <cstdint>

namespace hourglass {

/// Rounded to the nearest, ties to even; infinity where it is too large.
uint16_t to_float16(float value);
float from_float16(uint16_t bits);

}  // namespace hourglass
