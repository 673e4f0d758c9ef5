#include "kernels/loss.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/loss.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/activation_functions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// Number of values summed in float32 before the sum is added to a float64 total.
constexpr size_t kSumBlock = 1024;

// Calls block(begin, count) for consecutive blocks of [0, n) and returns the sum of the results.
template <class Block>
HWY_INLINE double sum_blocks(size_t n, const Block& block) {
  double total = 0;
  for (size_t begin = 0; begin < n; begin += kSumBlock) total += block(begin, std::min(kSumBlock, n - begin));
  return total;
}

template <class Output>
HWY_INLINE double mse(Output output, size_t n, const float* logits, const float* target, float scale, float* diff) {
  const Tag d;
  const Vec twice_scale = hn::Set(d, 2 * scale);
  return sum_blocks(n, [&](size_t begin, size_t size) HWY_ATTR {
    Vec sum = hn::Zero(d);
    for_each_vector(size, [&](size_t i, size_t count) HWY_ATTR {
      const size_t at = begin + i;
      const Vec z = load_some(logits + at, count);
      const Vec y = output.forward(z);
      Vec error = hn::Sub(y, load_some(target + at, count));
      if (count < hn::MaxLanes(d)) error = hn::IfThenElseZero(hn::FirstN(d, count), error);
      sum = hn::MulAdd(error, error, sum);
      if (diff) {
        const Vec saved = std::is_same_v<Output, GeluFunction> ? z : y;
        store_some(output.backward(hn::Mul(twice_scale, error), saved), diff + at, count);
      }
    });
    return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  });
}

// The sum of ln(1 + e^-|z|) over a block is computed as the ln of a product, per lane. Each factor is in (1, 2], so the
// product of kFactors = 64 factors is at most 2^64.
HWY_INLINE double bce(size_t n, const float* logits, const float* target, float scale, float* diff) {
  const Tag d;
  constexpr size_t kLanes = hn::MaxLanes(Tag());
  constexpr size_t kFactors = 64;
  const Vec one = hn::Set(d, 1.0f);
  const Vec scale_vector = hn::Set(d, scale);
  double total = 0;
  for (size_t begin = 0; begin < n; begin += kFactors * kLanes) {
    Vec linear = hn::Zero(d);
    Vec product = one;
    for_each_vector(std::min(kFactors * kLanes, n - begin), [&](size_t i, size_t count) HWY_ATTR {
      const size_t at = begin + i;
      const Vec z = load_some(logits + at, count);
      const Vec x = load_some(target + at, count);
      const Vec decay = exponential(hn::Neg(hn::Abs(z)));
      Vec factor = hn::Add(one, decay);
      if (count < kLanes) factor = hn::IfThenElse(hn::FirstN(d, count), factor, one);
      // Lanes past the end have z = x = 0 and add nothing.
      linear = hn::Add(linear, hn::NegMulAdd(x, z, at_least(hn::Zero(d), z)));
      product = hn::Mul(product, factor);
      if (diff) {
        const Vec reciprocal = hn::Div(one, hn::Add(one, decay));
        const Vec y = hn::IfThenElse(hn::Lt(z, hn::Zero(d)), hn::Mul(decay, reciprocal), reciprocal);
        store_some(hn::Mul(scale_vector, hn::Sub(y, x)), diff + at, count);
      }
    });
    HWY_ALIGN float lanes[kLanes];
    hn::Store(product, d, lanes);
    for (float lane : lanes) total += std::log(static_cast<double>(lane));
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, linear)));
  }
  return total;
}

double reconstruction_loss(ReconstructionLoss loss, Activation output, int64_t n, const float* logits,
                           const float* target, float scale, float* diff) {
  if (loss == ReconstructionLoss::kBce) return bce(static_cast<size_t>(n), logits, target, scale, diff);
  double total = 0;
  visit_activation(output, [&](auto function) HWY_ATTR {
    total = mse(function, static_cast<size_t>(n), logits, target, scale, diff);
  });
  return total;
}

double l1_penalty(int64_t n, const float* z, float scale, float* diff) {
  const Tag d;
  const Vec scale_vector = hn::Set(d, scale);
  return sum_blocks(static_cast<size_t>(n), [&](size_t begin, size_t size) HWY_ATTR {
    Vec sum = hn::Zero(d);
    for_each_vector(size, [&](size_t i, size_t count) HWY_ATTR {
      const size_t at = begin + i;
      const Vec value = load_some(z + at, count);
      sum = hn::Add(sum, hn::Abs(value));
      if (diff) {
        const Vec step = hn::IfThenZeroElse(hn::Eq(value, hn::Zero(d)), hn::CopySignToAbs(scale_vector, value));
        store_some(hn::Add(load_some(diff + at, count), step), diff + at, count);
      }
    });
    return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  });
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(reconstruction_loss);
HWY_EXPORT(l1_penalty);

double reconstruction_loss(ReconstructionLoss loss, Activation output, int64_t n, const float* logits,
                           const float* target, float scale, float* diff) {
  return HWY_DYNAMIC_DISPATCH(reconstruction_loss)(loss, output, n, logits, target, scale, diff);
}
double l1_penalty(int64_t n, const float* z, float scale, float* diff) {
  return HWY_DYNAMIC_DISPATCH(l1_penalty)(n, z, scale, diff);
}
}  // namespace hourglass
#endif
