#pragma once
// Ways to choose latents that are worth decoding.

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/density.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Standard normal latents {count, dim}, the prior of a Gaussian latent; row i depends on (seed, i) alone.
/// Throws Error(kUsage) for counts below 1.
Tensor sample_prior(int64_t count, int64_t dim, uint64_t seed);

/// A density over all latents of a model, those that never change included: a mixture over the others.
struct LatentDensity {
  GaussianMixture mixture;
  std::vector<int64_t> varying;  ///< the latents that the mixture is over
  std::vector<float> values;     ///< [latent_dim]: what the others are

  /// Draws {count, latent_dim}, as GaussianMixture::sample.
  Tensor sample(int64_t count, uint64_t seed) const;
  /// ln p of the varying latents of each row, in nats.
  std::vector<double> log_density(const Tensor& latents, const Context& context = {}) const;
};

/// Fits a mixture to latents {n, d}. Throws as fit_gaussian_mixture, and Error(kData) where no latent varies.
LatentDensity fit_latent_density(const Tensor& latents, const MixtureOptions& options = {},
                                 const Context& context = {});

/// At most `count` rows drawn by `seed`, in ascending order, as many of each class where there are labels (a class with
/// fewer gives all it has).
std::vector<int64_t> balanced_rows(int64_t rows, std::span<const int32_t> labels, int64_t count, uint64_t seed);

enum class Interpolation {
  kLinear,    ///< (1 - t) a + t b
  kSpherical  ///< along the great circle (Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985); linear
              ///< where the two point the same way, opposite ways, or one is 0
};

/// {steps, d} from a to b, both included; t grows evenly. Throws Error(kUsage) for fewer than 2 steps or other widths.
Tensor interpolate(std::span<const float> a, std::span<const float> b, int64_t steps, Interpolation interpolation);

/// Values of each column at the given probabilities, {d, probabilities}, interpolated between the sorted values.
/// Throws Error(kUsage) for a probability outside [0, 1], Error(kData) for values that are not finite.
Tensor column_quantiles(const Tensor& matrix, std::span<const double> probabilities);

/// `anchor` {d} with its value `column` replaced by each of `values`, {values, d}.
Tensor traverse(std::span<const float> anchor, int64_t column, std::span<const float> values);

}  // namespace hourglass
