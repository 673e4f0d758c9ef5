// Activation functions as structs of two vector functions, shared by the activation and the loss kernels.
// Files that use foreach_target include it once per instruction set.
#if defined(HOURGLASS_ACTIVATION_FUNCTIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HOURGLASS_ACTIVATION_FUNCTIONS_INL_H_
#undef HOURGLASS_ACTIVATION_FUNCTIONS_INL_H_
#else
#define HOURGLASS_ACTIVATION_FUNCTIONS_INL_H_
#endif

#include <hwy/highway.h>

#include "kernels/activation.h"
#include "kernels/cpu/log1p-inl.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// e^x: x = n ln 2 + r with |r| <= ln 2 / 2, e^r by its Taylor polynomial of degree 7 (relative error below 2^-24),
// times 2^n through the exponent bits. Saturates below e^-87 and above e^88. NaN stays NaN.
HWY_INLINE Vec exponential(Vec x) {
  const Tag d;
  const hn::RebindToSigned<Tag> di;
  const Vec clamped = at_most(hn::Set(d, 88.0f), at_least(hn::Set(d, -87.0f), x));
  const Vec n = hn::Round(hn::Mul(clamped, hn::Set(d, 1.44269504f)));
  // ln 2 in two parts: the product of n and the first is exact.
  const Vec r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), hn::NegMulAdd(n, hn::Set(d, 0.693359375f), clamped));
  Vec p = hn::Set(d, 1.0f / 5040);
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 720));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 120));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 24));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 6));
  p = hn::MulAdd(p, r, hn::Set(d, 0.5f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f));
  const auto exponent = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(di, n), hn::Set(di, 127)));
  return hn::Mul(p, hn::BitCast(d, exponent));
}

// erf by Abramowitz and Stegun 7.1.26 (absolute error below 1.5e-7), given e^(-x^2).
HWY_INLINE Vec error_function(Vec x, Vec exp_of_minus_x2) {
  const Tag d;
  const Vec t = hn::Div(hn::Set(d, 1.0f), hn::MulAdd(hn::Set(d, 0.3275911f), hn::Abs(x), hn::Set(d, 1.0f)));
  Vec p = hn::Set(d, 1.061405429f);
  p = hn::MulAdd(p, t, hn::Set(d, -1.453152027f));
  p = hn::MulAdd(p, t, hn::Set(d, 1.421413741f));
  p = hn::MulAdd(p, t, hn::Set(d, -0.284496736f));
  p = hn::MulAdd(p, t, hn::Set(d, 0.254829592f));
  return hn::CopySignToAbs(hn::NegMulAdd(hn::Mul(p, t), exp_of_minus_x2, hn::Set(d, 1.0f)), x);
}

// Each struct has forward(x), which returns y, and backward(diff, saved), which returns diff * f'. `saved` is x if
// needs_input(), else y.
struct IdentityFunction {
  static HWY_INLINE Vec forward(Vec x) { return x; }
  static HWY_INLINE Vec backward(Vec diff, Vec) { return diff; }
};

struct ReluFunction {
  static HWY_INLINE Vec forward(Vec x) { return at_least(hn::Zero(Tag()), x); }
  static HWY_INLINE Vec backward(Vec diff, Vec y) { return hn::IfThenElseZero(hn::Gt(y, hn::Zero(Tag())), diff); }
};

struct LeakyReluFunction {
  static HWY_INLINE Vec slope() { return hn::Set(Tag(), 0.01f); }
  static HWY_INLINE Vec forward(Vec x) { return hn::Max(x, hn::Mul(x, slope())); }
  static HWY_INLINE Vec backward(Vec diff, Vec y) {
    return hn::IfThenElse(hn::Gt(y, hn::Zero(Tag())), diff, hn::Mul(diff, slope()));
  }
};

struct EluFunction {
  static HWY_INLINE Vec forward(Vec x) {
    const Tag d;
    // e^x - 1 cancels near 0. There x + x^2/2 + x^3/6 is exact to float32.
    const Vec near = hn::Mul(x, hn::MulAdd(x, hn::MulAdd(x, hn::Set(d, 1.0f / 6), hn::Set(d, 0.5f)), hn::Set(d, 1.0f)));
    const Vec far = hn::Sub(exponential(x), hn::Set(d, 1.0f));
    const Vec negative = hn::IfThenElse(hn::Gt(x, hn::Set(d, -0.01f)), near, far);
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), x, negative);
  }
  static HWY_INLINE Vec backward(Vec diff, Vec y) {
    const Tag d;
    return hn::Mul(diff, hn::Min(hn::Add(y, hn::Set(d, 1.0f)), hn::Set(d, 1.0f)));
  }
};

struct GeluFunction {
  static HWY_INLINE Vec forward(Vec x) {
    const Tag d;
    const Vec u = hn::Mul(x, hn::Set(d, 0.707106781f));
    const Vec erf = error_function(u, exponential(hn::Neg(hn::Mul(u, u))));
    return hn::Mul(hn::Mul(x, hn::Set(d, 0.5f)), hn::Add(hn::Set(d, 1.0f), erf));
  }
  static HWY_INLINE Vec backward(Vec diff, Vec x) {
    const Tag d;
    const Vec u = hn::Mul(x, hn::Set(d, 0.707106781f));
    const Vec density = exponential(hn::Neg(hn::Mul(u, u)));  // divided by sqrt(2 pi): the standard normal density
    const Vec half = hn::Set(d, 0.5f);
    const Vec cumulative = hn::MulAdd(half, error_function(u, density), half);
    return hn::Mul(diff, hn::MulAdd(hn::Mul(x, hn::Set(d, 0.398942280f)), density, cumulative));
  }
};

struct TanhFunction {
  static HWY_INLINE Vec forward(Vec x) {
    const Tag d;
    // 1 - 2 / (e^2|x| + 1). This cancels near 0; there x - x^3/3 + 2x^5/15 - 17x^7/315.
    const Vec one = hn::Set(d, 1.0f);
    const Vec far = hn::Sub(one, hn::Div(hn::Set(d, 2.0f), hn::Add(exponential(hn::Add(hn::Abs(x), hn::Abs(x))), one)));
    const Vec x2 = hn::Mul(x, x);
    Vec p = hn::Set(d, -17.0f / 315);
    p = hn::MulAdd(p, x2, hn::Set(d, 2.0f / 15));
    p = hn::MulAdd(p, x2, hn::Set(d, -1.0f / 3));
    const Vec near = hn::MulAdd(hn::Mul(x, x2), p, x);
    return hn::IfThenElse(hn::Gt(hn::Abs(x), hn::Set(d, 0.2f)), hn::CopySignToAbs(far, x), near);
  }
  static HWY_INLINE Vec backward(Vec diff, Vec y) { return hn::Mul(diff, hn::NegMulAdd(y, y, hn::Set(Tag(), 1.0f))); }
};

struct SigmoidFunction {
  static HWY_INLINE Vec forward(Vec x) {
    const Vec one = hn::Set(Tag(), 1.0f);
    return hn::Div(one, hn::Add(one, exponential(hn::Neg(x))));
  }
  static HWY_INLINE Vec backward(Vec diff, Vec y) { return hn::Mul(diff, hn::NegMulAdd(y, y, y)); }
};

struct SoftplusFunction {
  static HWY_INLINE Vec forward(Vec x) {
    return hn::Add(at_least(hn::Zero(Tag()), x), log1p(exponential(hn::Neg(hn::Abs(x)))));
  }
  static HWY_INLINE Vec backward(Vec diff, Vec y) {
    // sigmoid(x) = 1 - e^-y. This cancels near 0; there y - y^2/2 + y^3/6.
    const Tag d;
    const Vec near =
        hn::Mul(y, hn::MulAdd(y, hn::MulAdd(y, hn::Set(d, 1.0f / 6), hn::Set(d, -0.5f)), hn::Set(d, 1.0f)));
    const Vec far = hn::Sub(hn::Set(d, 1.0f), exponential(hn::Neg(y)));
    return hn::Mul(diff, hn::IfThenElse(hn::Lt(y, hn::Set(d, 0.01f)), near, far));
  }
};

// Calls visit(Function()) with the struct of `activation`.
template <class Visitor>
HWY_INLINE void visit_activation(Activation activation, const Visitor& visit) {
  switch (activation) {
    case Activation::kIdentity:
      return visit(IdentityFunction());
    case Activation::kRelu:
      return visit(ReluFunction());
    case Activation::kLeakyRelu:
      return visit(LeakyReluFunction());
    case Activation::kElu:
      return visit(EluFunction());
    case Activation::kGelu:
      return visit(GeluFunction());
    case Activation::kTanh:
      return visit(TanhFunction());
    case Activation::kSigmoid:
      return visit(SigmoidFunction());
    case Activation::kSoftplus:
      return visit(SoftplusFunction());
  }
}

// Calls body(i, count) for every vector of [0, n); count is the number of its lanes inside the range.
template <class Body>
HWY_INLINE void for_each_vector(size_t n, const Body& body) {
  constexpr size_t kLanes = hn::MaxLanes(Tag());
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) body(i, kLanes);
  if (i < n) body(i, n - i);
}

// Loads or stores the first `count` floats. A load sets the other lanes to 0; a store does not write them.
HWY_INLINE Vec load_some(const float* from, size_t count) {
  const Tag d;
  return count == hn::MaxLanes(d) ? hn::LoadU(d, from) : load_first(first_lanes(count), from);
}
HWY_INLINE void store_some(Vec value, float* to, size_t count) {
  const Tag d;
  if (count == hn::MaxLanes(d)) {
    hn::StoreU(value, d, to);
  } else {
    store_first(value, first_lanes(count), to);
  }
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
