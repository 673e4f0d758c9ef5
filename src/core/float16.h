#pragma once
// Floating-point numbers of 16 bits: binary16 of IEEE 754, and bfloat16, the upper half of a float32.

#include <bit>
#include <cstdint>

namespace hourglass {

/// Rounds to the nearest value, ties to even. Values that are too large become infinity.
uint16_t to_float16(float value);
float from_float16(uint16_t bits);

/// A stored binary16 number.
struct Float16 {
  uint16_t bits;
  operator float() const { return from_float16(bits); }
};

/// A stored bfloat16 number.
struct Bfloat16 {
  uint16_t bits;
  operator float() const { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }
};

}  // namespace hourglass
