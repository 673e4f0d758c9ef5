#pragma once
// Principal component analysis: the linear baseline of every autoencoder.

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Directions of largest variance of the samples it was fitted on.
struct Pca {
  std::vector<double> mean;       ///< [d], of the samples
  Tensor components;              ///< {k, d}: orthonormal rows, largest variance first
  std::vector<double> variances;  ///< [d], unbiased (divided by n - 1), of all components, largest first

  /// Converts samples {n, d} to latents {n, k} and back. Throws Error(kUsage) if the rows have another length.
  Tensor encode(const Tensor& samples, const Context& context = {}) const;
  Tensor decode(const Tensor& latents, const Context& context = {}) const;
};

/// Fits `num_components` (1 to d) components to samples {n, ...} of d values.
/// Throws Error(kUsage) for another number, Error(kData) for fewer than 2 samples or non-finite values.
Pca fit_pca(const Tensor& samples, int64_t num_components, const Context& context = {});

/// Participation ratio (sum v)^2 / sum v^2 of variances v: d for d equal variances, 1 if only one is not 0, 0 if all
/// are 0.
double effective_dimension(std::span<const double> variances);

/// Mean of |correlation| over all pairs of columns that vary; 0 without pairs. Throws Error(kData) for fewer than 2
/// samples or non-finite values.
double mean_absolute_correlation(const Tensor& samples, const Context& context = {});

}  // namespace hourglass
