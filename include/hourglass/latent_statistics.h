#pragma once
// What the units of a latent do over many samples: which carry something, how sparse they are.

#include <cstdint>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Statistics over samples of latents z[sample][unit]. Of a Gaussian latent z is its mean.
struct LatentStatistics {
  int64_t num_samples = 0;
  std::vector<double> mean;       ///< of each unit, over samples
  std::vector<double> variance;   ///< of each unit, over samples (divided by their number)
  std::vector<double> nonzero;    ///< the part of the samples on which each unit is not 0
  std::vector<double> magnitude;  ///< the mean of |z| of each unit

  int64_t num_units() const { return static_cast<int64_t>(mean.size()); }
  /// Units whose variance is above 0.01 (Burda, Grosse, Salakhutdinov 2016, for the means of a Gaussian latent).
  int64_t active_units() const;
  /// Units that are 0 on every sample.
  int64_t dead_units() const;
  /// Latent L0: the mean over samples of the number of units that are not 0.
  double l0() const;
  /// Latent L1: the mean over samples of the sum of |z| over units.
  double l1() const;
  /// The mean of z over samples and units.
  double mean_activation() const;
};

/// Of latents {n, units}. Throws Error(kUsage) where there are none or one is not finite.
LatentStatistics latent_statistics(const Tensor& latents);

/// Of the latents that `model` has of `data`, encoded a block at a time. Throws as Autoencoder::encode.
LatentStatistics latent_statistics(const Autoencoder& model, const Dataset& data, const Context& context = {});

/// Whether a Gaussian latent tells the decoder next to nothing ("posterior collapse"): at most a tenth of its units are
/// active.
bool posterior_collapsed(const LatentStatistics& statistics);

}  // namespace hourglass
