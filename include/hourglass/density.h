#pragma once
// Density of latents: mixtures of Gaussians with full covariances.

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

struct MixtureOptions {
  int64_t components = 75;
  int64_t max_iterations = 100;
  double tolerance = 1e-3;       ///< stops when the mean log density changes by less in an iteration
  double regularization = 1e-6;  ///< added to the diagonals of the covariances
  uint64_t seed = 1;             ///< of the initial k-means
};

/// p(x) = sum_k weight_k N(x; mean_k, covariance_k).
struct GaussianMixture {
  int64_t components = 0;
  int64_t dim = 0;
  std::vector<double> weights;      ///< [components], summing to 1
  std::vector<double> means;        ///< [components, dim]
  std::vector<double> covariances;  ///< [components, dim, dim]
  double mean_log_density = 0;      ///< of the fitted samples, in nats, at the start of the last iteration
  int64_t iterations = 0;
  bool converged = false;  ///< false: stopped by max_iterations

  /// Returns ln p of each row, in nats. Throws Error(kUsage) if the rows do not have `dim` values.
  std::vector<double> log_density(const Tensor& rows, const Context& context = {}) const;
  /// Returns the most probable component of each row.
  std::vector<int32_t> assign(const Tensor& rows, const Context& context = {}) const;
  /// Draws {count, dim}. Draw i depends on (seed, i) only.
  Tensor sample(int64_t count, uint64_t seed) const;
};

/// Fits by expectation maximization (Dempster, Laird, Rubin 1977), initialized by k-means. `samples`: {n, d}.
/// Throws Error(kUsage) for invalid options, and Error(kData) for fewer samples than components, constant columns
/// (leave them out), non-finite values, and a covariance that is no longer positive definite.
GaussianMixture fit_gaussian_mixture(const Tensor& samples, const MixtureOptions& options = {},
                                     const Context& context = {});

/// Fits from the initial mixture `start`, which also sets the number of components.
GaussianMixture fit_gaussian_mixture(const Tensor& samples, const GaussianMixture& start, const MixtureOptions& options,
                                     const Context& context = {});

/// Returns the columns whose values are all equal.
std::vector<int64_t> constant_columns(const Tensor& samples);

}  // namespace hourglass
