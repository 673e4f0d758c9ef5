#include "hourglass/denoising.h"

#include <fmt/format.h>

#include "hourglass/error.h"
#include "model/corruption.h"

namespace hourglass {

Tensor add_noise(const Tensor& clean, double variance, bool clamp, uint64_t seed, uint64_t level) {
  if (!(variance >= 0))
    throw Error(ErrorKind::kUsage,
                fmt::format("A noise level of {} was asked for; it is a variance, 0 or above.", variance));
  CorruptionConfig config;
  config.gaussian_variance = variance;
  config.clamp = clamp;
  Tensor noisy(clean.shape());
  corrupt(config, seed, level, 0, clean.rows(), clean.row_size(), clean.data(), noisy.data());
  return noisy;
}

std::vector<DenoisingMetrics> denoising_metrics(const Autoencoder& model, const Tensor& samples,
                                                std::span<const double> variances, DataRange range, bool clamp,
                                                uint64_t seed, const Context& context) {
  std::vector<DenoisingMetrics> all;
  for (size_t level = 0; level < variances.size(); ++level) {
    const Tensor noisy = add_noise(samples, variances[level], clamp, seed, level);
    ReconstructionMeter input(model.sample_shape(), range), output(model.sample_shape(), range);
    input.add(samples, noisy, context);
    output.add(samples, model.reconstruct(noisy, context), context);
    all.push_back({variances[level], input.metrics(), output.metrics()});
  }
  return all;
}

}  // namespace hourglass
