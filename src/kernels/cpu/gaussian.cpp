#include "kernels/gaussian.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/gaussian.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/activation_functions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

HWY_INLINE Vec clip(Vec value, float low, float high) {
  const Tag d;
  return at_most(hn::Set(d, high), at_least(hn::Set(d, low), value));
}

// Returns `gradient` if `value` is within the bounds, else 0 (per lane).
HWY_INLINE Vec inside(Vec value, float low, float high, Vec gradient) {
  const Tag d;
  const auto in = hn::And(hn::Ge(value, hn::Set(d, low)), hn::Le(value, hn::Set(d, high)));
  return hn::IfThenElseZero(in, gradient);
}

void gaussian_sample(int64_t rows, int64_t n_, const float* statistics, const float* noise, float* z) {
  const Tag d;
  const size_t n = static_cast<size_t>(n_);
  for (size_t row = 0; row < static_cast<size_t>(rows); ++row) {
    const float* mu = statistics + row * 2 * n;
    for_each_vector(n, [&](size_t j, size_t count) HWY_ATTR {
      Vec value = load_some(mu + j, count);
      if (noise) {
        const Vec log_var = clip(load_some(mu + n + j, count), kMinLatentLogVar, kMaxLatentLogVar);
        const Vec deviation = exponential(hn::Mul(log_var, hn::Set(d, 0.5f)));
        value = hn::MulAdd(deviation, load_some(noise + row * n + j, count), value);
      }
      store_some(value, z + row * n + j, count);
    });
  }
}

// Returns the KL divergence of one unit and sets variance = e^log_var.
HWY_INLINE Vec unit_kl(Vec mu, Vec log_var, Vec& variance) {
  const Tag d;
  variance = exponential(log_var);
  const Vec sum = hn::Sub(hn::MulAdd(mu, mu, variance), hn::Add(hn::Set(d, 1.0f), log_var));
  return hn::Mul(hn::Set(d, 0.5f), sum);
}

double gaussian_kl(int64_t rows, int64_t n_, const float* statistics, float free_nats) {
  const Tag d;
  const size_t n = static_cast<size_t>(n_);
  double total = 0;
  for (size_t row = 0; row < static_cast<size_t>(rows); ++row) {
    const float* mu = statistics + row * 2 * n;
    Vec sum = hn::Zero(d);
    for_each_vector(n, [&](size_t j, size_t count) HWY_ATTR {
      Vec variance;
      const Vec log_var = clip(load_some(mu + n + j, count), kMinLatentLogVar, kMaxLatentLogVar);
      Vec kl = at_least(hn::Set(d, free_nats), unit_kl(load_some(mu + j, count), log_var, variance));
      if (count < hn::MaxLanes(d)) kl = hn::IfThenElseZero(hn::FirstN(d, count), kl);
      sum = hn::Add(sum, kl);
    });
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
  return total;
}

void gaussian_backward(int64_t rows, int64_t n_, const float* statistics, const float* noise, const float* diff_z,
                       float kl_scale, float free_nats, float* diff_statistics) {
  const Tag d;
  const size_t n = static_cast<size_t>(n_);
  const Vec half = hn::Set(d, 0.5f), one = hn::Set(d, 1.0f), scale = hn::Set(d, kl_scale);
  for (size_t row = 0; row < static_cast<size_t>(rows); ++row) {
    const float* mu_row = statistics + row * 2 * n;
    float* diff_mu = diff_statistics + row * 2 * n;
    for_each_vector(n, [&](size_t j, size_t count) HWY_ATTR {
      const Vec mu = load_some(mu_row + j, count), raw = load_some(mu_row + n + j, count);
      const Vec log_var = clip(raw, kMinLatentLogVar, kMaxLatentLogVar);
      const Vec diff = load_some(diff_z + row * n + j, count);
      Vec variance;
      const Vec kl = unit_kl(mu, log_var, variance);
      const Vec kl_counts = hn::IfThenElseZero(hn::Gt(kl, hn::Set(d, free_nats)), scale);
      store_some(hn::MulAdd(kl_counts, mu, diff), diff_mu + j, count);
      Vec diff_log_var = hn::Mul(kl_counts, hn::Mul(half, hn::Sub(variance, one)));
      if (noise) {
        const Vec deviation = exponential(hn::Mul(log_var, half));
        const Vec spread = hn::Mul(hn::Mul(half, deviation), load_some(noise + row * n + j, count));
        const Vec of_sample = inside(raw, kMinLatentLogVar, kMaxLatentLogVar, diff);
        diff_log_var = hn::MulAdd(of_sample, spread, diff_log_var);
      }
      store_some(diff_log_var, diff_mu + n + j, count);
    });
  }
}

template <class Output>
HWY_INLINE double likelihood(Output output, LogVarBounds bounds, int64_t rows, int64_t n_, const float* outputs,
                             const float* target, float scale, float* diff) {
  const Tag d;
  const size_t n = static_cast<size_t>(n_);
  const Vec half = hn::Set(d, 0.5f), one = hn::Set(d, 1.0f), scale_vector = hn::Set(d, scale);
  constexpr double kLog2Pi = 1.8378770664093453;
  double total = 0;
  for (size_t row = 0; row < static_cast<size_t>(rows); ++row) {
    const float* mean = outputs + row * 2 * n;
    Vec sum = hn::Zero(d);
    for_each_vector(n, [&](size_t j, size_t count) HWY_ATTR {
      const Vec raw = load_some(mean + n + j, count);
      const Vec log_var = clip(raw, bounds.low, bounds.high);
      const Vec precision = exponential(hn::Neg(log_var));
      const Vec y = output.forward(load_some(mean + j, count));
      Vec error = hn::Sub(y, load_some(target + row * n + j, count));
      if (count < hn::MaxLanes(d)) error = hn::IfThenElseZero(hn::FirstN(d, count), error);
      const Vec scaled = hn::Mul(error, precision);
      // Lanes past the end have error 0 and log variance 0.
      sum = hn::Add(sum, hn::MulAdd(error, scaled, log_var));
      if (diff) {
        float* diff_mean = diff + row * 2 * n;
        store_some(output.backward(hn::Mul(scale_vector, scaled), y), diff_mean + j, count);
        const Vec diff_log_var = hn::Mul(hn::Mul(scale_vector, half), hn::NegMulAdd(error, scaled, one));
        store_some(inside(raw, bounds.low, bounds.high, diff_log_var), diff_mean + n + j, count);
      }
    });
    total += 0.5 * (static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum))) + static_cast<double>(n) * kLog2Pi);
  }
  return total;
}

double gaussian_likelihood(Activation output, LogVarBounds bounds, int64_t rows, int64_t n, const float* outputs,
                           const float* target, float scale, float* diff) {
  if (output == Activation::kSigmoid)
    return likelihood(SigmoidFunction(), bounds, rows, n, outputs, target, scale, diff);
  return likelihood(IdentityFunction(), bounds, rows, n, outputs, target, scale, diff);
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(gaussian_sample);
HWY_EXPORT(gaussian_kl);
HWY_EXPORT(gaussian_backward);
HWY_EXPORT(gaussian_likelihood);

void gaussian_sample(int64_t rows, int64_t n, const float* statistics, const float* noise, float* z) {
  HWY_DYNAMIC_DISPATCH(gaussian_sample)(rows, n, statistics, noise, z);
}
double gaussian_kl(int64_t rows, int64_t n, const float* statistics, float free_nats) {
  return HWY_DYNAMIC_DISPATCH(gaussian_kl)(rows, n, statistics, free_nats);
}
void gaussian_backward(int64_t rows, int64_t n, const float* statistics, const float* noise, const float* diff_z,
                       float kl_scale, float free_nats, float* diff_statistics) {
  HWY_DYNAMIC_DISPATCH(gaussian_backward)
  (rows, n, statistics, noise, diff_z, kl_scale, free_nats, diff_statistics);
}
double gaussian_likelihood(Activation output, LogVarBounds bounds, int64_t rows, int64_t n, const float* outputs,
                           const float* target, float scale, float* diff) {
  return HWY_DYNAMIC_DISPATCH(gaussian_likelihood)(output, bounds, rows, n, outputs, target, scale, diff);
}
}  // namespace hourglass
#endif
