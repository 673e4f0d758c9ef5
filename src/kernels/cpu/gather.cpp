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

// Whole vectors and the rest of a row use the same arithmetic, so a result does not depend on the position in the row.
template <class Value, bool kByFeature>
HWY_INLINE void transform_row(const ValueTransform& transform, size_t dim, const Value* values, float* out) {
  constexpr bool kFloat = std::is_same_v<Value, float>;
  const Tag d;
  constexpr size_t kLanes = hn::MaxLanes(Tag());
  const Vec one = hn::Set(d, 1.0f), threshold = hn::Set(d, transform.threshold);
  const Vec shift = hn::Set(d, transform.shift), scale = hn::Set(d, transform.scale);
  size_t i = 0;
  for (; i + kLanes <= dim; i += kLanes) {
    Vec value = load_values(values + i);
    if (kFloat && transform.missing)
      value = hn::IfThenElse(hn::IsFinite(value), value, hn::LoadU(d, transform.missing + i));
    if constexpr (kByFeature)
      value = hn::Mul(hn::Sub(value, hn::LoadU(d, transform.shifts + i)), hn::LoadU(d, transform.scales + i));
    else
      value = hn::Mul(hn::Sub(value, shift), scale);
    hn::StoreU(transform.binarize ? hn::IfThenElseZero(hn::Gt(value, threshold), one) : value, d, out + i);
  }
  for (; i < dim; ++i) {
    float value = static_cast<float>(values[i]);
    if (kFloat && transform.missing && !std::isfinite(value)) value = transform.missing[i];
    value =
        kByFeature ? (value - transform.shifts[i]) * transform.scales[i] : (value - transform.shift) * transform.scale;
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

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(gather_bytes);
HWY_EXPORT(gather_floats);

void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const uint8_t* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out) {
  HWY_DYNAMIC_DISPATCH(gather_bytes)(transform, rows, dim, values, indices, upcoming, out);
}
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const float* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out) {
  HWY_DYNAMIC_DISPATCH(gather_floats)(transform, rows, dim, values, indices, upcoming, out);
}
}  // namespace hourglass
#endif
