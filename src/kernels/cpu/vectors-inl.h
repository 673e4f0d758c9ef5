// Vector functions that all kernels share: partial vectors at the end of an array, and bounds that keep NaN.
// Files that use foreach_target include it once per instruction set.
#if defined(HOURGLASS_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HOURGLASS_VECTORS_INL_H_
#undef HOURGLASS_VECTORS_INL_H_
#else
#define HOURGLASS_VECTORS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using Vec = hn::Vec<Tag>;

// The first lanes of a vector. AVX2 and later targets (with smaller numbers) have masked loads and stores that access
// only these lanes. On other targets Highway's masked loads and stores access the whole vector, and SSE requires an
// aligned address. There the lanes are copied through a buffer.
#if HWY_TARGET <= HWY_AVX2
struct FirstLanes {
  hn::Mask<Tag> mask;
};
HWY_INLINE FirstLanes first_lanes(size_t count) { return {hn::FirstN(Tag(), count)}; }

// The other lanes are 0.
HWY_INLINE Vec load_first(FirstLanes lanes, const float* from) { return hn::MaskedLoad(lanes.mask, Tag(), from); }

HWY_INLINE void store_first(Vec value, FirstLanes lanes, float* to) { hn::BlendedStore(value, lanes.mask, Tag(), to); }
#else
struct FirstLanes {
  size_t count;
};
HWY_INLINE FirstLanes first_lanes(size_t count) { return {count}; }

HWY_INLINE Vec load_first(FirstLanes lanes, const float* from) {
  HWY_ALIGN float copy[hn::MaxLanes(Tag())] = {};
  for (size_t i = 0; i < lanes.count; ++i) copy[i] = from[i];
  return hn::Load(Tag(), copy);
}

HWY_INLINE void store_first(Vec value, FirstLanes lanes, float* to) {
  HWY_ALIGN float copy[hn::MaxLanes(Tag())];
  hn::Store(value, Tag(), copy);
  for (size_t i = 0; i < lanes.count; ++i) to[i] = copy[i];
}
#endif

// max(low, x) and min(high, x), but NaN if x is NaN: divergence must be visible in the output of a network. If an
// operand is NaN, x86 returns the second one, but Highway returns the other one on ARM and in scalar code.
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
HWY_INLINE Vec at_least(Vec low, Vec x) { return hn::Max(low, x); }
HWY_INLINE Vec at_most(Vec high, Vec x) { return hn::Min(high, x); }
#else
HWY_INLINE Vec at_least(Vec low, Vec x) { return hn::IfThenElse(hn::Lt(x, low), low, x); }
HWY_INLINE Vec at_most(Vec high, Vec x) { return hn::IfThenElse(hn::Gt(x, high), high, x); }
#endif

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
