#pragma once
// What a model makes of noisy images.

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/metrics.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// `clean` with normal noise of this variance added to every value, cut to `bounds`; 0: unchanged. Each
/// (seed, level, row) has its own noise. Throws Error(kUsage) for a variance below 0.
Tensor add_noise(const Tensor& clean, double variance, const ValueRange& bounds, uint64_t seed, uint64_t level = 0);

/// What noisy input of this model is cut to: value_scale(), or nothing where corruption.clamp is off.
ValueRange noise_bounds(const Autoencoder& model);

/// How far input and output are from the clean image at one level of noise.
struct DenoisingMetrics {
  double variance = 0;
  ReconstructionMetrics input;   ///< of the noisy image against the clean one
  ReconstructionMetrics output;  ///< of the reconstruction against the clean one
};

/// For each variance (0: the clean image is the input), measured on samples {n, ...} as the model sees them, with noise
/// cut to noise_bounds(model); PSNR and SSIM on the model's value_scale().
/// Throws Error(kUsage) for a variance below 0 or samples that do not fit the model.
std::vector<DenoisingMetrics> denoising_metrics(const Autoencoder& model, const Tensor& samples,
                                                std::span<const double> variances, uint64_t seed = 1,
                                                const Context& context = {});

}  // namespace hourglass
