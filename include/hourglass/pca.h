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
  Tensor components;              ///< {k, d}: orthonormal rows, largest variance first; the largest element is positive
  std::vector<double> variances;  ///< [k], unbiased (divided by n - 1), along each component
  double total_variance = 0;      ///< sum of the unbiased variances of all d values

  /// Converts samples {n, d} to latents {n, k} and back. Throws Error(kUsage) if the rows have another length.
  Tensor encode(const Tensor& samples, const Context& context = {}) const;
  Tensor decode(const Tensor& latents, const Context& context = {}) const;
};

/// Fits `num_components` (1 to d) components to samples {n, ...} of d values. If the samples have fewer directions, the
/// other variances are 0. The components of large matrices are found by iteration, until the
/// variances are exact to 1e-7 of the total.
/// Throws Error(kUsage) for another number, Error(kData) for fewer than 2 samples or non-finite values.
Pca fit_pca(const Tensor& samples, int64_t num_components, const Context& context = {});

/// The unbiased variances along all d principal components of samples {n, ...}, largest first. The time is cubic in the
/// smaller of n and d. Throws Error(kData) as fit_pca.
std::vector<double> principal_variances(const Tensor& samples, const Context& context = {});

/// Participation ratio (sum v)^2 / sum v^2 of variances v: d for d equal variances, 1 if only one is not 0, 0 if all
/// are 0.
double effective_dimension(std::span<const double> variances);

/// Mean of |correlation| over all pairs of columns that vary; 0 without pairs. Throws Error(kData) for fewer than 2
/// samples or non-finite values.
double mean_absolute_correlation(const Tensor& samples, const Context& context = {});

}  // namespace hourglass
