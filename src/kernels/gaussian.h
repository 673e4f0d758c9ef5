#pragma once
// Gaussian latents and the Gaussian likelihood.

#include <cstdint>

#include "kernels/activation.h"

namespace hourglass {

/// Log variances are taken within these bounds, and have no gradient outside: e^lv neither overflows nor vanishes.
inline constexpr float kMinLatentLogVar = -20.0f, kMaxLatentLogVar = 20.0f;

/// z[rows, n] = mu + e^(log_var / 2) noise (Kingma, Welling 2014), from statistics[rows, 2 n], each row mu then
/// log_var. noise[rows, n] null: z = mu.
void gaussian_sample(int64_t rows, int64_t n, const float* statistics, const float* noise, float* z);

/// The sum over rows and units of KL(N(mu, e^log_var) || N(0, 1)) = (mu^2 + e^log_var - 1 - log_var) / 2, in nats, each
/// term at least `free_nats` (Kingma et al. 2016, a sample at a time).
double gaussian_kl(int64_t rows, int64_t n, const float* statistics, float free_nats);

/// diff_statistics[rows, 2 n] = the gradient through gaussian_sample from diff_z[rows, n], plus kl_scale times that of
/// gaussian_kl.
void gaussian_backward(int64_t rows, int64_t n, const float* statistics, const float* noise, const float* diff_z,
                       float kl_scale, float free_nats, float* diff_statistics);

struct LogVarBounds {
  float low;
  float high = 5.0f;  ///< far above what data in [0, 1] have: at a bound there is no gradient, and training begins at 0
};

/// outputs[rows, 2 n], each row u then log variances lv (clipped to the bounds, without gradient outside), mean = f(u),
/// f identity or sigmoid, and target x[rows, n]: returns the sum of (ln 2 pi + lv + (x - mean)^2 / e^lv) / 2, in nats.
/// Where `diff` is not null, diff[rows, 2 n] = scale times the gradient.
double gaussian_likelihood(Activation output, LogVarBounds bounds, int64_t rows, int64_t n, const float* outputs,
                           const float* target, float scale, float* diff);

}  // namespace hourglass
