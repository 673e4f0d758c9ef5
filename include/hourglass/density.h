#pragma once
// A density over latents: mixtures of Gaussians with full covariances.

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

struct MixtureOptions {
  int64_t components = 75;
  int64_t max_iterations = 100;
  double tolerance = 1e-3;       ///< ends where the mean log density rises by less in an iteration
  double regularization = 1e-6;  ///< added to the variances
  uint64_t seed = 1;             ///< of the k-means that it starts from
};

/// p(x) = sum_k weight_k N(x; mean_k, covariance_k).
struct GaussianMixture {
  int64_t components = 0;
  int64_t dim = 0;
  std::vector<double> weights;      ///< [components], summing to 1
  std::vector<double> means;        ///< [components, dim]
  std::vector<double> covariances;  ///< [components, dim, dim]
  // How the fit went:
  double mean_log_density = 0;  ///< of the samples it was fitted on, in nats, at the start of the last iteration
  int64_t iterations = 0;
  bool converged = false;  ///< false: ended by max_iterations

  /// ln p of each row, in nats. Throws Error(kUsage) where rows have another length.
  std::vector<double> log_density(const Tensor& rows, const Context& context = {}) const;
  /// The component that each row most likely is from.
  std::vector<int32_t> assign(const Tensor& rows, const Context& context = {}) const;
  /// `count` draws, {count, dim}; draw i depends on (seed, i) alone.
  Tensor sample(int64_t count, uint64_t seed) const;
};

/// Fits by expectation maximisation (Dempster, Laird, Rubin 1977) from the clusters of a k-means. `samples`: {n, d}.
/// Throws Error(kUsage) for options that cannot work, Error(kData) for fewer samples than components, columns without
/// variance (leave them out), values that are not finite, and a covariance that is no longer positive definite.
GaussianMixture fit_gaussian_mixture(const Tensor& samples, const MixtureOptions& options = {},
                                     const Context& context = {});

/// Fits from where `start` is; its number of components counts, not that of the options.
GaussianMixture fit_gaussian_mixture(const Tensor& samples, const GaussianMixture& start, const MixtureOptions& options,
                                     const Context& context = {});

/// Columns whose values are all the same.
std::vector<int64_t> constant_columns(const Tensor& samples);

}  // namespace hourglass
