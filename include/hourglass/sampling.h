#pragma once
// Selection of latents to decode: draws, interpolations and traversals.

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/density.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Draws standard normal latents {count, dim}, the prior of a Gaussian latent. Row i depends on (seed, i) only.
/// Throws Error(kUsage) for counts below 1.
Tensor sample_prior(int64_t count, int64_t dim, uint64_t seed);

/// Density of the latents of a model: a mixture over the latents that vary; the others are constants.
struct LatentDensity {
  GaussianMixture mixture;
  std::vector<int64_t> varying;  ///< indices of the latents of the mixture, ascending
  std::vector<float> values;     ///< [latent_dim]: values of the constant latents

  /// Draws {count, latent_dim} (see GaussianMixture::sample).
  Tensor sample(int64_t count, uint64_t seed) const;
  /// Returns ln p of the varying latents of each row, in nats.
  std::vector<double> log_density(const Tensor& latents, const Context& context = {}) const;
};

/// Fits a mixture to latents {n, d}. Throws the errors of fit_gaussian_mixture, and Error(kData) if no latent varies.
LatentDensity fit_latent_density(const Tensor& latents, const MixtureOptions& options = {},
                                 const Context& context = {});

/// Draws at most `count` rows with `seed`, in ascending order. With labels, each class gets the same number of rows, or
/// all its rows if it has fewer.
std::vector<int64_t> balanced_rows(int64_t rows, std::span<const int32_t> labels, int64_t count, uint64_t seed);

enum class Interpolation {
  kLinear,    ///< (1 - t) a + t b
  kSpherical  ///< along the great circle (Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985); linear
              ///< if the two are parallel, opposite, or one is 0
};

/// Returns {steps, d} from a to b, both included, with evenly spaced t. Throws Error(kUsage) for fewer than 2 steps or
/// different widths.
Tensor interpolate(std::span<const float> a, std::span<const float> b, int64_t steps, Interpolation interpolation);

/// Quantiles of each column at the given probabilities, {d, probabilities}, linearly interpolated.
/// Throws Error(kUsage) for a probability outside [0, 1], Error(kData) for non-finite values.
Tensor column_quantiles(const Tensor& matrix, std::span<const double> probabilities);

/// Returns {number of values, d}: `anchor` {d}, with its value `column` replaced by each of `values`. Throws
/// Error(kUsage) for a column that does not exist.
Tensor traverse(std::span<const float> anchor, int64_t column, std::span<const float> values);

}  // namespace hourglass
