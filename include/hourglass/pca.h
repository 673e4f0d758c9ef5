#pragma once
// Principal components: the linear autoencoder that every other one is compared with.

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// The directions of largest variance of a set of samples.
struct Pca {
  std::vector<double> mean;       ///< [d] of the samples it was fitted on
  Tensor components;              ///< {k, d}: orthonormal rows, largest variance first
  std::vector<double> variances;  ///< [d], unbiased (divided by n - 1), of all components, largest first

  /// Latents {n, k} of samples {n, d}, and back. Throws Error(kUsage) where the rows have another length.
  Tensor encode(const Tensor& samples, const Context& context = {}) const;
  Tensor decode(const Tensor& latents, const Context& context = {}) const;
};

/// Fits `num_components` (at least 1, at most d) components to samples {n, ...} of d values.
/// Throws Error(kUsage) for another number, Error(kData) for fewer than 2 samples or values that are not finite.
Pca fit_pca(const Tensor& samples, int64_t num_components, const Context& context = {});

/// (sum v)^2 / sum v^2 of variances v: d for d that are equal, 1 where one holds all; 0 where all are 0. (The
/// participation ratio of condensed-matter physics.)
double effective_dimension(std::span<const double> variances);

/// The mean of |correlation| over all pairs of columns that vary; 0 where there is no pair. Throws as fit_pca.
double mean_absolute_correlation(const Tensor& samples, const Context& context = {});

}  // namespace hourglass
