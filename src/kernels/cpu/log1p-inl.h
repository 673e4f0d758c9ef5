// ln(1 + t), shared by kernels.
// Files that use foreach_target include it once per instruction set.
#if defined(HOURGLASS_LOG1P_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HOURGLASS_LOG1P_INL_H_
#undef HOURGLASS_LOG1P_INL_H_
#else
#define HOURGLASS_LOG1P_INL_H_
#endif

#include <hwy/highway.h>

#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// ln(1 + t) for t >= 0: ln of the rounded sum, corrected for the rounding error (Goldberg 1991, theorem 4). Saturates
// above 1e37. NaN stays NaN.
HWY_INLINE Vec log1p(Vec t) {
  const Tag d;
  const hn::RebindToSigned<Tag> di;
  const Vec one = hn::Set(d, 1.0f);
  t = at_most(hn::Set(d, 1e37f), t);
  const Vec sum = hn::Add(one, t);
  // sum = 2^e m with m in [sqrt(1/2), sqrt(2)). ln m = 2 atanh(s), s = (m - 1) / (m + 1).
  const auto root = hn::Set(di, 0x3f3504f3);
  const auto bits = hn::BitCast(di, sum);
  const auto e = hn::ShiftRight<23>(hn::Sub(bits, root));
  const Vec m = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<23>(e)));
  const Vec s = hn::Div(hn::Sub(m, one), hn::Add(m, one));
  const Vec s2 = hn::Mul(s, s);
  Vec p = hn::Set(d, 2.0f / 11);
  p = hn::MulAdd(p, s2, hn::Set(d, 2.0f / 9));
  p = hn::MulAdd(p, s2, hn::Set(d, 2.0f / 7));
  p = hn::MulAdd(p, s2, hn::Set(d, 2.0f / 5));
  p = hn::MulAdd(p, s2, hn::Set(d, 2.0f / 3));
  p = hn::MulAdd(p, s2, hn::Set(d, 2.0f));
  const Vec log_sum = hn::MulAdd(hn::ConvertTo(d, e), hn::Set(d, 0.693147181f), hn::Mul(s, p));
  const Vec lost = hn::Sub(t, hn::Sub(sum, one));
  return hn::Add(log_sum, hn::Div(lost, sum));
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
