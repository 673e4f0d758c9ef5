#include "kernels/noise.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/noise.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/activation_functions-inl.h"
#include "kernels/cpu/philox-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// Number of values drawn together.
constexpr size_t kGroup = 4 * kPhiloxBlocks;

HWY_INLINE Vec to_uniform(const uint32_t* bits) {
  const hn::RebindToUnsigned<Tag> words;
  const hn::RebindToSigned<Tag> integers;
  const auto upper = hn::BitCast(integers, hn::ShiftRight<8>(hn::Load(words, bits)));
  return hn::Mul(hn::ConvertTo(Tag(), upper), hn::Set(Tag(), 0x1p-24f));
}

struct Pair {
  Vec first, second;
};

// -2 ln(1 - u) for u = 0, 2^-24, 2 2^-24 ... below 1, with a relative error of at most 3e-7.
HWY_INLINE Vec squared_radius(Vec u) {
  const Tag d;
  const hn::RebindToSigned<Tag> integers;
  const Vec one = hn::Set(d, 1.0f);
  const Vec x = hn::Sub(one, u);
  // x = 2^e m with m in [sqrt(1/2), sqrt(2)): e = (bits of x - bits of sqrt(1/2)) >> 23.
  const auto bits = hn::BitCast(integers, x);
  const auto e = hn::ShiftRight<23>(hn::Sub(bits, hn::Set(integers, 0x3f3504f3)));
  const Vec m = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<23>(e)));
  // ln m = 2 atanh(s), s = (m - 1) / (m + 1), by its series.
  const Vec s = hn::Div(hn::Sub(m, one), hn::Add(m, one));
  const Vec s2 = hn::Mul(s, s);
  Vec p = hn::Set(d, -4.0f / 9);
  p = hn::MulAdd(p, s2, hn::Set(d, -4.0f / 7));
  p = hn::MulAdd(p, s2, hn::Set(d, -4.0f / 5));
  p = hn::MulAdd(p, s2, hn::Set(d, -4.0f / 3));
  p = hn::MulAdd(p, s2, hn::Set(d, -4.0f));
  return hn::NegMulAdd(hn::ConvertTo(d, e), hn::Set(d, 1.38629436f), hn::Mul(s, p));
}

// cos and sin of 2 pi u for 0 <= u < 1, with an error of at most 2e-7.
HWY_INLINE Pair unit_circle(Vec u) {
  const Tag d;
  const hn::RebindToSigned<Tag> integers;
  const Vec turns = hn::Mul(u, hn::Set(d, 4.0f));
  const Vec quadrant = hn::Round(turns);
  // Angle to the nearest multiple of a quarter turn; the difference is exact.
  const Vec angle = hn::Mul(hn::Sub(turns, quadrant), hn::Set(d, 1.57079633f));
  const Vec a2 = hn::Mul(angle, angle);
  Vec sin = hn::Set(d, 1.0f / 362880);
  sin = hn::MulAdd(sin, a2, hn::Set(d, -1.0f / 5040));
  sin = hn::MulAdd(sin, a2, hn::Set(d, 1.0f / 120));
  sin = hn::MulAdd(sin, a2, hn::Set(d, -1.0f / 6));
  sin = hn::MulAdd(hn::Mul(sin, a2), angle, angle);
  Vec cos = hn::Set(d, 1.0f / 40320);
  cos = hn::MulAdd(cos, a2, hn::Set(d, -1.0f / 720));
  cos = hn::MulAdd(cos, a2, hn::Set(d, 1.0f / 24));
  cos = hn::MulAdd(cos, a2, hn::Set(d, -0.5f));
  cos = hn::MulAdd(cos, a2, hn::Set(d, 1.0f));

  const auto q = hn::ConvertTo(integers, quadrant);
  const auto one = hn::Set(integers, 1), two = hn::Set(integers, 2);
  const auto swap = hn::MaskFromVec(hn::BitCast(d, hn::Neg(hn::And(q, one))));
  const Vec sin_sign = hn::BitCast(d, hn::ShiftLeft<30>(hn::And(q, two)));
  const Vec cos_sign = hn::BitCast(d, hn::ShiftLeft<30>(hn::And(hn::Add(q, one), two)));
  return {hn::Xor(hn::IfThenElse(swap, sin, cos), cos_sign), hn::Xor(hn::IfThenElse(swap, cos, sin), sin_sign)};
}

// Conversions of the bits of a group to values.
struct UniformValues {
  static HWY_INLINE void draw(const uint32_t* bits, float* values) {
    for (size_t i = 0; i < kGroup; i += hn::MaxLanes(Tag())) hn::Store(to_uniform(bits + i), Tag(), values + i);
  }
};

struct NormalValues {
  static HWY_INLINE void draw(const uint32_t* bits, float* values) {
    for (size_t half = 0; half < kGroup; half += 2 * kPhiloxBlocks) {
      for (size_t i = half; i < half + kPhiloxBlocks; i += hn::MaxLanes(Tag())) {
        const Vec radius = hn::Sqrt(squared_radius(to_uniform(bits + i)));
        const Pair point = unit_circle(to_uniform(bits + i + kPhiloxBlocks));
        hn::Store(hn::Mul(radius, point.first), Tag(), values + i);
        hn::Store(hn::Mul(radius, point.second), Tag(), values + i + kPhiloxBlocks);
      }
    }
  }
};

// Calls use(value, at, count) for each vector of [rows, width]: `count` elements, the first one at index `at`.
template <class Values, class Use>
HWY_INLINE void for_each_value(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width,
                               const Use& use) {
  HWY_ALIGN uint32_t bits[kGroup];
  HWY_ALIGN float values[kGroup];
  const std::array<uint32_t, 2> key = {static_cast<uint32_t>(stream.seed), static_cast<uint32_t>(stream.seed >> 32)};
  const uint32_t names =
      static_cast<uint32_t>(stream.purpose) | stream.layer << 8 | static_cast<uint32_t>(stream.step >> 32) << 20;
  for (int64_t row = 0; row < rows; ++row) {
    const std::array<uint32_t, 4> counter = {0, names, static_cast<uint32_t>(stream.step),
                                             static_cast<uint32_t>(first_row + row)};
    for (size_t j = 0; j < static_cast<size_t>(width); j += kGroup) {
      philox_blocks(static_cast<uint32_t>(j / 4), counter, key, bits);
      Values::draw(bits, values);
      const size_t at = static_cast<size_t>(row * width) + j;
      for_each_vector(std::min(kGroup, static_cast<size_t>(width) - j),
                      [&](size_t i, size_t count) HWY_ATTR { use(hn::Load(Tag(), values + i), at + i, count); });
    }
  }
}

void fill_uniform(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float* out) {
  for_each_value<UniformValues>(stream, first_row, rows, width,
                                [&](Vec u, size_t at, size_t count) HWY_ATTR { store_some(u, out + at, count); });
}

void fill_normal(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float* out) {
  for_each_value<NormalValues>(stream, first_row, rows, width,
                               [&](Vec z, size_t at, size_t count) HWY_ATTR { store_some(z, out + at, count); });
}

void dropout(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float rate, const float* x,
             float* y) {
  const Vec bound = hn::Set(Tag(), rate), scale = hn::Set(Tag(), 1 / (1 - rate));
  for_each_value<UniformValues>(stream, first_row, rows, width, [&](Vec u, size_t at, size_t count) HWY_ATTR {
    store_some(hn::IfThenZeroElse(hn::Lt(u, bound), hn::Mul(load_some(x + at, count), scale)), y + at, count);
  });
}

void add_gaussian(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float sigma,
                  const ValueRange& bounds, const float* x, float* y) {
  const Vec deviation = hn::Set(Tag(), sigma), low = hn::Set(Tag(), static_cast<float>(bounds.low)),
            high = hn::Set(Tag(), static_cast<float>(bounds.high));
  for_each_value<NormalValues>(stream, first_row, rows, width, [&](Vec z, size_t at, size_t count) HWY_ATTR {
    const Vec value = hn::MulAdd(deviation, z, load_some(x + at, count));
    store_some(at_most(high, at_least(low, value)), y + at, count);
  });
}

void mask_values(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float probability,
                 const float* x, float* y) {
  const Vec bound = hn::Set(Tag(), probability);
  for_each_value<UniformValues>(stream, first_row, rows, width, [&](Vec u, size_t at, size_t count) HWY_ATTR {
    store_some(hn::IfThenZeroElse(hn::Lt(u, bound), load_some(x + at, count)), y + at, count);
  });
}

void salt_and_pepper(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float probability,
                     const ValueRange& bounds, const float* x, float* y) {
  const Vec bound = hn::Set(Tag(), probability), half = hn::Set(Tag(), probability / 2);
  const Vec low = hn::Set(Tag(), static_cast<float>(bounds.low)),
            high = hn::Set(Tag(), static_cast<float>(bounds.high));
  for_each_value<UniformValues>(stream, first_row, rows, width, [&](Vec u, size_t at, size_t count) HWY_ATTR {
    const Vec value = hn::IfThenElse(hn::Lt(u, bound), high, load_some(x + at, count));
    store_some(hn::IfThenElse(hn::Lt(u, half), low, value), y + at, count);
  });
}

void bernoulli(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, const float* x, float* y) {
  const Vec one = hn::Set(Tag(), 1.0f);
  for_each_value<UniformValues>(stream, first_row, rows, width, [&](Vec u, size_t at, size_t count) HWY_ATTR {
    store_some(hn::IfThenElseZero(hn::Lt(u, load_some(x + at, count)), one), y + at, count);
  });
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(fill_uniform);
HWY_EXPORT(fill_normal);
HWY_EXPORT(dropout);
HWY_EXPORT(add_gaussian);
HWY_EXPORT(mask_values);
HWY_EXPORT(salt_and_pepper);
HWY_EXPORT(bernoulli);

void fill_uniform(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float* out) {
  HWY_DYNAMIC_DISPATCH(fill_uniform)(stream, first_row, rows, width, out);
}
void fill_normal(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float* out) {
  HWY_DYNAMIC_DISPATCH(fill_normal)(stream, first_row, rows, width, out);
}
void dropout(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float rate, const float* x,
             float* y) {
  HWY_DYNAMIC_DISPATCH(dropout)(stream, first_row, rows, width, rate, x, y);
}
void add_gaussian(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float sigma,
                  const ValueRange& bounds, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(add_gaussian)(stream, first_row, rows, width, sigma, bounds, x, y);
}
void mask_values(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float probability,
                 const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(mask_values)(stream, first_row, rows, width, probability, x, y);
}
void salt_and_pepper(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float probability,
                     const ValueRange& bounds, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(salt_and_pepper)(stream, first_row, rows, width, probability, bounds, x, y);
}
void bernoulli(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(bernoulli)(stream, first_row, rows, width, x, y);
}
}  // namespace hourglass
#endif
