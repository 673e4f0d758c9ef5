#include "core/float16.h"

#include <bit>
#include <cmath>

namespace hourglass {
namespace {

constexpr int kFractionBits = 10, kExponentBias = 15;
constexpr uint16_t kInfinity = 0x7c00, kNan = 0x7e00;

}  // namespace

uint16_t to_float16(float value) {
  const auto sign = static_cast<uint16_t>(std::bit_cast<uint32_t>(value) >> 16 & 0x8000);
  const float magnitude = std::fabs(value);
  if (magnitude == 0) return sign;
  if (std::isnan(value)) return static_cast<uint16_t>(sign | kNan);
  if (magnitude >= 65520.0f)
    return static_cast<uint16_t>(sign | kInfinity);  // halfway from the largest number to the next power of two
  int exponent = 0;
  std::frexp(magnitude, &exponent);                                    // magnitude is in [2^(exponent - 1), 2^exponent)
  if (exponent - 1 < 1 - kExponentBias) exponent = 2 - kExponentBias;  // subnormals have a constant step
  // nearbyint rounds ties to even. A fraction that rounds up to the next power of two carries into the exponent.
  const auto steps = static_cast<int>(std::nearbyint(std::ldexp(magnitude, kFractionBits + 1 - exponent)));
  return static_cast<uint16_t>(sign | (((exponent - 2 + kExponentBias) << kFractionBits) + steps));
}

float from_float16(uint16_t bits) {
  constexpr uint32_t kBiasDifference = 127 - kExponentBias, kFloatFractionBits = 23;
  const uint32_t sign = static_cast<uint32_t>(bits >> 15) << 31;
  const uint32_t exponent = bits >> kFractionBits & 31, fraction = bits & 1023;
  if (exponent == 0)  // subnormal
    return (sign ? -1.0f : 1.0f) * static_cast<float>(fraction) * 0x1p-24f;
  const uint32_t float_exponent = exponent == 31 ? 255 : exponent + kBiasDifference;
  return std::bit_cast<float>(sign | float_exponent << kFloatFractionBits |
                              fraction << (kFloatFractionBits - kFractionBits));
}

}  // namespace hourglass
