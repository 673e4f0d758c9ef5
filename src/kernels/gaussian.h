#pragma once
// Gaussian latents and the Gaussian likelihood.

#include <cstdint>

#include "kernels/activation.h"

namespace hourglass {

/// Log variances are clipped to these bounds, so that e^lv neither overflows nor underflows. Outside, the sample has no
/// gradient, and the divergence has its gradient at the bound, which pulls the log variance back.
inline constexpr float kMinLatentLogVar = -20.0f, kMaxLatentLogVar = 20.0f;

/// z[rows, n] = mu + e^(log_var / 2) noise (Kingma, Welling 2014). Each row of statistics[rows, 2 n] is mu, then
/// log_var. If noise[rows, n] is null, z = mu.
void gaussian_sample(int64_t rows, int64_t n, const float* statistics, const float* noise, float* z);

/// Returns the sum over rows and units of KL(N(mu, e^log_var) || N(0, 1)) = (mu^2 + e^log_var - 1 - log_var) / 2, in
/// nats. Each term is at least `free_nats` (Kingma et al. 2016, per sample).
double gaussian_kl(int64_t rows, int64_t n, const float* statistics, float free_nats);

/// diff_statistics[rows, 2 n] = gradient of gaussian_sample, computed from diff_z[rows, n], plus kl_scale times the
/// gradient of gaussian_kl.
void gaussian_backward(int64_t rows, int64_t n, const float* statistics, const float* noise, const float* diff_z,
                       float kl_scale, float free_nats, float* diff_statistics);

struct LogVarBounds {
  float low;
  float high = 5.0f;  ///< far above the values for data in [0, 1]: a bound has no gradient, and training starts at 0
};

/// Returns the sum of (ln 2 pi + lv + (x - mean)^2 / e^lv) / 2 over all values of the target x[rows, n], in nats.
/// Each row of outputs[rows, 2 n] is u, then the log variances lv (clipped to the bounds, no gradient outside).
/// mean = f(u), with f identity or sigmoid. If `diff` is not null, diff[rows, 2 n] = scale times the gradient.
double gaussian_likelihood(Activation output, LogVarBounds bounds, int64_t rows, int64_t n, const float* outputs,
                           const float* target, float scale, float* diff);

}  // namespace hourglass
