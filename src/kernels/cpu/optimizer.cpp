#include "kernels/optimizer.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/optimizer.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/activation_functions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

void sum_gradients(const float* const* parts, size_t num_parts, int64_t n, float* diff) {
  for_each_vector(static_cast<size_t>(n), [&](size_t i, size_t count) HWY_ATTR {
    Vec sum = load_some(parts[0] + i, count);
    for (size_t part = 1; part < num_parts; ++part) sum = hn::Add(sum, load_some(parts[part] + i, count));
    store_some(sum, diff + i, count);
  });
}

WeightSums weight_penalty(int64_t n, const float* w, float l1, float l2, float* diff) {
  const Tag d;
  const Vec l1_vector = hn::Set(d, l1);
  const Vec twice_l2 = hn::Set(d, 2 * l2);
  Vec sum1 = hn::Zero(d), sum2 = hn::Zero(d);
  for_each_vector(static_cast<size_t>(n), [&](size_t i, size_t count) HWY_ATTR {
    const Vec value = load_some(w + i, count);
    sum1 = hn::Add(sum1, hn::Abs(value));
    sum2 = hn::MulAdd(value, value, sum2);
    const Vec sign = hn::IfThenZeroElse(hn::Eq(value, hn::Zero(d)), hn::CopySignToAbs(l1_vector, value));
    store_some(hn::Add(load_some(diff + i, count), hn::MulAdd(twice_l2, value, sign)), diff + i, count);
  });
  return {static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum1))),
          static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum2)))};
}

double sum_of_squares(int64_t n, const float* x) {
  const Tag d;
  constexpr size_t kBlock = 1024;  // values summed in float32 before the sum is added to a float64 total
  double total = 0;
  for (size_t begin = 0; begin < static_cast<size_t>(n); begin += kBlock) {
    Vec sum = hn::Zero(d);
    for_each_vector(std::min(kBlock, static_cast<size_t>(n) - begin), [&](size_t i, size_t count) HWY_ATTR {
      const Vec value = load_some(x + begin + i, count);
      sum = hn::MulAdd(value, value, sum);
    });
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
  return total;
}

void scale_values(int64_t n, float factor, float* x) {
  const Vec factor_vector = hn::Set(Tag(), factor);
  for_each_vector(static_cast<size_t>(n), [&](size_t i, size_t count) HWY_ATTR {
    store_some(hn::Mul(factor_vector, load_some(x + i, count)), x + i, count);
  });
}

void clip_values(int64_t n, float limit, float* x) {
  const Vec high = hn::Set(Tag(), limit), low = hn::Set(Tag(), -limit);
  for_each_vector(static_cast<size_t>(n), [&](size_t i, size_t count) HWY_ATTR {
    store_some(at_most(high, at_least(low, load_some(x + i, count))), x + i, count);
  });
}

void sgd_update(const SgdStep& step, int64_t n, const float* diff, float* velocity, float* w) {
  const Tag d;
  const Vec learning_rate = hn::Set(d, step.learning_rate);
  const Vec momentum = hn::Set(d, step.momentum);
  for_each_vector(static_cast<size_t>(n), [&](size_t i, size_t count) HWY_ATTR {
    Vec g = load_some(diff + i, count);
    if (step.momentum != 0) {
      const Vec v = hn::MulAdd(momentum, load_some(velocity + i, count), g);
      store_some(v, velocity + i, count);
      g = step.nesterov ? hn::MulAdd(momentum, v, g) : v;
    }
    store_some(hn::NegMulAdd(learning_rate, g, load_some(w + i, count)), w + i, count);
  });
}

void adam_update(const AdamStep& step, int64_t n, const float* diff, float* m, float* v, float* w) {
  const Tag d;
  const Vec beta1 = hn::Set(d, static_cast<float>(step.beta1));
  const Vec beta2 = hn::Set(d, static_cast<float>(step.beta2));
  const Vec one_minus_beta1 = hn::Set(d, static_cast<float>(1 - step.beta1));
  const Vec one_minus_beta2 = hn::Set(d, static_cast<float>(1 - step.beta2));
  // step_size m / (sqrt(v) / root_correction + epsilon), with numerator and denominator multiplied by root_correction.
  const Vec step_size = hn::Set(d, step.step_size * step.root_correction);
  const Vec epsilon = hn::Set(d, step.epsilon * step.root_correction);
  const Vec keep = hn::Set(d, 1 - step.decay);
  for_each_vector(static_cast<size_t>(n), [&](size_t i, size_t count) HWY_ATTR {
    const Vec g = load_some(diff + i, count);
    const Vec new_m = hn::MulAdd(beta1, load_some(m + i, count), hn::Mul(one_minus_beta1, g));
    const Vec new_v = hn::MulAdd(beta2, load_some(v + i, count), hn::Mul(one_minus_beta2, hn::Mul(g, g)));
    const Vec move = hn::Div(hn::Mul(step_size, new_m), hn::Add(hn::Sqrt(new_v), epsilon));
    store_some(new_m, m + i, count);
    store_some(new_v, v + i, count);
    store_some(hn::MulSub(keep, load_some(w + i, count), move), w + i, count);
  });
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(sum_gradients);
HWY_EXPORT(weight_penalty);
HWY_EXPORT(sum_of_squares);
HWY_EXPORT(scale_values);
HWY_EXPORT(clip_values);
HWY_EXPORT(sgd_update);
HWY_EXPORT(adam_update);

void sum_gradients(std::span<const float* const> parts, int64_t n, float* diff) {
  HWY_DYNAMIC_DISPATCH(sum_gradients)(parts.data(), parts.size(), n, diff);
}
WeightSums weight_penalty(int64_t n, const float* w, float l1, float l2, float* diff) {
  return HWY_DYNAMIC_DISPATCH(weight_penalty)(n, w, l1, l2, diff);
}
double sum_of_squares(int64_t n, const float* x) { return HWY_DYNAMIC_DISPATCH(sum_of_squares)(n, x); }
void scale_values(int64_t n, float factor, float* x) { HWY_DYNAMIC_DISPATCH(scale_values)(n, factor, x); }
void clip_values(int64_t n, float limit, float* x) { HWY_DYNAMIC_DISPATCH(clip_values)(n, limit, x); }
void sgd_update(const SgdStep& step, int64_t n, const float* diff, float* velocity, float* w) {
  HWY_DYNAMIC_DISPATCH(sgd_update)(step, n, diff, velocity, w);
}
void adam_update(const AdamStep& step, int64_t n, const float* diff, float* m, float* v, float* w) {
  HWY_DYNAMIC_DISPATCH(adam_update)(step, n, diff, m, v, w);
}
}  // namespace hourglass
#endif
