#pragma once
// Reconstruction of noisy samples.

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/metrics.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Returns `clean` plus normal noise of the given variance, clipped to `bounds`. Variance 0 returns it unchanged. The
/// noise depends on (seed, level, row) only. Throws Error(kUsage) for a negative variance.
Tensor add_noise(const Tensor& clean, double variance, const ValueRange& bounds, uint64_t seed, uint64_t level = 0);

/// Range that noisy input of this model is clipped to: value_scale(), or kUnbounded if corruption.clamp is off.
ValueRange noise_bounds(const Autoencoder& model);

/// Errors of input and output against the clean samples, at one noise level.
struct DenoisingMetrics {
  double variance = 0;
  ReconstructionMetrics input;   ///< of the noisy samples
  ReconstructionMetrics output;  ///< of the reconstructions
};

/// Measures each variance (0: clean input) on preprocessed samples {n, ...}, with noise clipped to noise_bounds(model).
/// PSNR and SSIM use the model's value_scale().
/// Throws Error(kUsage) for a negative variance or samples that do not fit the model.
std::vector<DenoisingMetrics> denoising_metrics(const Autoencoder& model, const Tensor& samples,
                                                std::span<const double> variances, uint64_t seed = 1,
                                                const Context& context = {});

}  // namespace hourglass
