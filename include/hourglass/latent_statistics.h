#pragma once
// Statistics of latent units over many samples: activity and sparsity.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Statistics over samples of latents z[sample][unit]. For a Gaussian latent, z is the mean.
struct LatentStatistics {
  int64_t num_samples = 0;
  std::vector<double> mean;       ///< of each unit, over samples
  std::vector<double> variance;   ///< of each unit, over samples (divided by n)
  std::vector<double> nonzero;    ///< fraction of samples on which each unit is not 0
  std::vector<double> magnitude;  ///< mean of |z| of each unit

  int64_t num_units() const { return static_cast<int64_t>(mean.size()); }
  /// Number of units whose variance is above 0.01 (Burda, Grosse, Salakhutdinov 2016, for the means of a Gaussian
  /// latent).
  int64_t active_units() const;
  /// Number of units that are 0 on every sample.
  int64_t dead_units() const;
  /// Latent L0: number of nonzero units, mean over samples.
  double l0() const;
  /// Latent L1: sum of |z| over units, mean over samples.
  double l1() const;
  /// Mean of z over samples and units.
  double mean_activation() const;
};

/// Statistics of latents {n, units}. Throws Error(kUsage) for no latents or non-finite values.
LatentStatistics latent_statistics(const Tensor& latents);

/// Statistics of `data` encoded by `model` in blocks. Throws the same errors as Autoencoder::encode.
LatentStatistics latent_statistics(const Autoencoder& model, const Dataset& data, const Context& context = {});

/// Returns whether a Gaussian latent carries almost no information ("posterior collapse"): at most a tenth of its units
/// are active.
bool posterior_collapsed(const LatentStatistics& statistics);

/// Problems of the latent with their remedies, one text each: units of a plain latent that are 0 for every sample
/// (dead), a collapsed posterior. `noun`: of the samples, "test images".
std::vector<std::string> latent_warnings(const LatentStatistics& statistics, bool is_gaussian, const std::string& noun);

/// The numbers by name, for summary.json: latent_mean_activation, latent_l0, latent_l1, dead_units, active_units and,
/// of a Gaussian latent, posterior_collapsed (0 or 1). Of the test set, or of the training set without one.
std::map<std::string, double> latent_results(const Autoencoder& model, const DataSplit& data,
                                             const Context& context = {});

}  // namespace hourglass
