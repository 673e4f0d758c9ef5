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

/// `clean` with normal noise of this variance added to every value, cut to [0, 1] where `clamp`; 0: unchanged. Each
/// (seed, level, row) has its own noise. Throws Error(kUsage) for a variance below 0.
Tensor add_noise(const Tensor& clean, double variance, bool clamp, uint64_t seed, uint64_t level = 0);

/// How far input and output are from the clean image at one level of noise.
struct DenoisingMetrics {
  double variance = 0;
  ReconstructionMetrics input;   ///< of the noisy image against the clean one
  ReconstructionMetrics output;  ///< of the reconstruction against the clean one
};

/// For each variance (0: the clean image is the input), measured on samples {n, ...} as the model sees them.
/// Throws Error(kUsage) for a variance below 0 or samples that do not fit the model.
std::vector<DenoisingMetrics> denoising_metrics(const Autoencoder& model, const Tensor& samples,
                                                std::span<const double> variances, DataRange range = {},
                                                bool clamp = true, uint64_t seed = 1, const Context& context = {});

}  // namespace hourglass
