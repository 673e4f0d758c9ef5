#include "hourglass/denoising.h"

#include <fmt/format.h>

#include "hourglass/error.h"
#include "model/corruption.h"

namespace hourglass {

Tensor add_noise(const Tensor& clean, double variance, const ValueRange& bounds, uint64_t seed, uint64_t level) {
  if (!(variance >= 0))
    throw Error(ErrorKind::kUsage, fmt::format("Noise variance {} is invalid; expected 0 or above.", variance));
  CorruptionConfig config;
  config.gaussian_variance = variance;
  Tensor noisy(clean.shape());
  Corruption(config, {clean.row_size()}, bounds).apply(seed, level, 0, clean.rows(), clean.data(), noisy.data());
  return noisy;
}

ValueRange noise_bounds(const Autoencoder& model) {
  return model.config().corruption.clamp ? model.value_scale() : kUnbounded;
}

std::vector<DenoisingMetrics> denoising_metrics(const Autoencoder& model, const Tensor& samples,
                                                std::span<const double> variances, uint64_t seed,
                                                const Context& context) {
  const ValueRange scale = model.value_scale(), bounds = noise_bounds(model);
  std::vector<DenoisingMetrics> all;
  for (size_t level = 0; level < variances.size(); ++level) {
    const Tensor noisy = add_noise(samples, variances[level], bounds, seed, level);
    ReconstructionMeter input(model.sample_shape(), scale), output(model.sample_shape(), scale);
    input.add(samples, noisy, context);
    output.add(samples, model.reconstruct_preprocessed(noisy, context), context);
    all.push_back({variances[level], input.metrics(), output.metrics()});
  }
  return all;
}

}  // namespace hourglass
