#include "kernels/gather.h"

#include <cmath>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/gather.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using Vec = hn::Vec<Tag>;

HWY_INLINE Vec load_values(const uint8_t* values) {
  const hn::Rebind<uint8_t, Tag> bytes;
  const hn::RebindToSigned<Tag> integers;
  return hn::ConvertTo(Tag(), hn::PromoteTo(integers, hn::LoadU(bytes, values)));
}
HWY_INLINE Vec load_values(const float* values) { return hn::LoadU(Tag(), values); }

// The bits of 16-bit numbers, each in 32 bits.
template <class Half>
HWY_INLINE hn::Vec<hn::RebindToUnsigned<Tag>> load_bits(const Half* values) {
  const hn::Rebind<uint16_t, Tag> halves;
  return hn::PromoteTo(hn::RebindToUnsigned<Tag>(), hn::LoadU(halves, reinterpret_cast<const uint16_t*>(values)));
}

HWY_INLINE Vec load_values(const Bfloat16* values) { return hn::BitCast(Tag(), hn::ShiftLeft<16>(load_bits(values))); }

HWY_INLINE Vec load_values(const Float16* values) {
#if HWY_TARGET <= HWY_AVX2
  const hn::Rebind<hwy::float16_t, Tag> halves;
  return hn::PromoteTo(Tag(), hn::LoadU(halves, reinterpret_cast<const hwy::float16_t*>(values)));
#else
  // Highway's own conversion does not keep infinity and NaN. Subnormal numbers are computed from integers, since
  // arithmetic with subnormal float32 can be off.
  const Tag d;
  const hn::RebindToUnsigned<Tag> du;
  const hn::RebindToSigned<Tag> di;
  const auto bits = load_bits(values);
  const auto sign = hn::ShiftLeft<16>(hn::And(bits, hn::Set(du, 0x8000u)));
  const auto magnitude = hn::And(bits, hn::Set(du, 0x7fffu));
  const auto exponent = hn::And(bits, hn::Set(du, 0x7c00u));
  const auto shifted = hn::ShiftLeft<13>(magnitude);
  const auto normal = hn::Add(shifted, hn::Set(du, (127u - 15u) << 23));
  const auto not_finite = hn::Or(shifted, hn::Set(du, 0x7f800000u));
  const auto subnormal = hn::BitCast(du, hn::Mul(hn::ConvertTo(d, hn::BitCast(di, magnitude)), hn::Set(d, 0x1p-24f)));
  const auto finite = hn::IfThenElse(hn::Eq(exponent, hn::Zero(du)), subnormal, normal);
  return hn::BitCast(d, hn::Or(sign, hn::IfThenElse(hn::Eq(exponent, hn::Set(du, 0x7c00u)), not_finite, finite)));
#endif
}

// Whole vectors and the rest of a row use the same arithmetic, so a result does not depend on the position in the row.
template <class Value, bool kByFeature>
HWY_INLINE void transform_row(const ValueTransform& transform, size_t dim, const Value* values, float* out) {
  constexpr bool kFloat = !std::is_same_v<Value, uint8_t>;
  const Tag d;
  constexpr size_t kLanes = hn::MaxLanes(Tag());
  const Vec one = hn::Set(d, 1.0f), threshold = hn::Set(d, transform.threshold);
  const Vec shift = hn::Set(d, transform.shift), scale = hn::Set(d, transform.scale);
  const Vec low = hn::Set(d, transform.low), high = hn::Set(d, transform.high);
  size_t i = 0;
  for (; i + kLanes <= dim; i += kLanes) {
    Vec value = load_values(values + i);
    if (kFloat && transform.missing)
      value = hn::IfThenElse(hn::IsFinite(value), value, hn::LoadU(d, transform.missing + i));
    if constexpr (kByFeature)
      value = hn::Mul(hn::Sub(value, hn::LoadU(d, transform.shifts + i)), hn::LoadU(d, transform.scales + i));
    else
      value = hn::Mul(hn::Sub(value, shift), scale);
    // Comparisons with NaN are false, so it stays.
    value = hn::IfThenElse(hn::Lt(value, low), low, value);
    value = hn::IfThenElse(hn::Gt(value, high), high, value);
    hn::StoreU(transform.binarize ? hn::IfThenElseZero(hn::Gt(value, threshold), one) : value, d, out + i);
  }
  for (; i < dim; ++i) {
    float value = static_cast<float>(values[i]);
    if (kFloat && transform.missing && !std::isfinite(value)) value = transform.missing[i];
    value =
        kByFeature ? (value - transform.shifts[i]) * transform.scales[i] : (value - transform.shift) * transform.scale;
    if (value < transform.low) value = transform.low;
    if (value > transform.high) value = transform.high;
    out[i] = transform.binarize ? (value > transform.threshold ? 1.0f : 0.0f) : value;
  }
}

template <class Value>
HWY_INLINE void gather(const ValueTransform& transform, int64_t rows, int64_t dim, const Value* values,
                       const uint32_t* indices, const uint32_t* upcoming, float* out) {
  constexpr int64_t kCacheLine = 64 / sizeof(Value);
  for (int64_t r = 0; r < rows; ++r) {
    if (upcoming) {
      const Value* next = values + upcoming[r] * dim;
      for (int64_t j = 0; j < dim; j += kCacheLine) hwy::Prefetch(next + j);
    }
    const Value* row = values + (indices ? indices[r] : r) * dim;
    if (transform.shifts)
      transform_row<Value, true>(transform, static_cast<size_t>(dim), row, out + r * dim);
    else
      transform_row<Value, false>(transform, static_cast<size_t>(dim), row, out + r * dim);
  }
}

void gather_bytes(const ValueTransform& transform, int64_t rows, int64_t dim, const uint8_t* values,
                  const uint32_t* indices, const uint32_t* upcoming, float* out) {
  gather(transform, rows, dim, values, indices, upcoming, out);
}

void gather_floats(const ValueTransform& transform, int64_t rows, int64_t dim, const float* values,
                   const uint32_t* indices, const uint32_t* upcoming, float* out) {
  gather(transform, rows, dim, values, indices, upcoming, out);
}

void gather_float16s(const ValueTransform& transform, int64_t rows, int64_t dim, const Float16* values,
                     const uint32_t* indices, const uint32_t* upcoming, float* out) {
  gather(transform, rows, dim, values, indices, upcoming, out);
}

void gather_bfloat16s(const ValueTransform& transform, int64_t rows, int64_t dim, const Bfloat16* values,
                      const uint32_t* indices, const uint32_t* upcoming, float* out) {
  gather(transform, rows, dim, values, indices, upcoming, out);
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(gather_bytes);
HWY_EXPORT(gather_floats);
HWY_EXPORT(gather_float16s);
HWY_EXPORT(gather_bfloat16s);

void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const uint8_t* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out) {
  HWY_DYNAMIC_DISPATCH(gather_bytes)(transform, rows, dim, values, indices, upcoming, out);
}
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const float* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out) {
  HWY_DYNAMIC_DISPATCH(gather_floats)(transform, rows, dim, values, indices, upcoming, out);
}
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const Float16* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out) {
  HWY_DYNAMIC_DISPATCH(gather_float16s)(transform, rows, dim, values, indices, upcoming, out);
}
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const Bfloat16* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out) {
  HWY_DYNAMIC_DISPATCH(gather_bfloat16s)(transform, rows, dim, values, indices, upcoming, out);
}
}  // namespace hourglass
#endif
