#include "kernels/gather.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/gather.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;

HWY_INLINE void transform_row(const ByteTransform& transform, int64_t n, const uint8_t* bytes, float* out) {
  const Tag d;
  const hn::RebindToSigned<Tag> di;
  const hn::Rebind<uint8_t, Tag> d8;
  constexpr size_t kLanes = hn::MaxLanes(Tag());
  const auto scale = hn::Set(d, 1.0f / 255);
  const auto one = hn::Set(d, 1.0f);
  const auto threshold = hn::Set(d, transform.threshold);
  const size_t size = static_cast<size_t>(n);
  size_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    const auto value = hn::Mul(scale, hn::ConvertTo(d, hn::PromoteTo(di, hn::LoadU(d8, bytes + i))));
    hn::StoreU(transform.binarize ? hn::IfThenElseZero(hn::Gt(value, threshold), one) : value, d, out + i);
  }
  for (; i < size; ++i) {
    const float value = static_cast<float>(bytes[i]) * (1.0f / 255);
    out[i] = transform.binarize ? (value > transform.threshold ? 1.0f : 0.0f) : value;
  }
}

void transform_bytes(const ByteTransform& transform, int64_t n, const uint8_t* bytes, float* out) {
  transform_row(transform, n, bytes, out);
}

void gather_bytes(const ByteTransform& transform, int64_t rows, int64_t dim, const uint8_t* bytes,
                  const uint32_t* indices, const uint32_t* upcoming, float* out) {
  constexpr int64_t kCacheLine = 64;
  for (int64_t r = 0; r < rows; ++r) {
    if (upcoming) {
      const uint8_t* next = bytes + upcoming[r] * dim;
      for (int64_t j = 0; j < dim; j += kCacheLine) hwy::Prefetch(next + j);
    }
    transform_row(transform, dim, bytes + indices[r] * dim, out + r * dim);
  }
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(transform_bytes);
HWY_EXPORT(gather_bytes);

void transform_bytes(const ByteTransform& transform, int64_t n, const uint8_t* bytes, float* out) {
  HWY_DYNAMIC_DISPATCH(transform_bytes)(transform, n, bytes, out);
}
void gather_bytes(const ByteTransform& transform, int64_t rows, int64_t dim, const uint8_t* bytes,
                  const uint32_t* indices, const uint32_t* upcoming, float* out) {
  HWY_DYNAMIC_DISPATCH(gather_bytes)(transform, rows, dim, bytes, indices, upcoming, out);
}
}  // namespace hourglass
#endif
