#pragma once
// Numbers that say how well a model reconstructs.

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// Reconstruction errors of one part of a data set; x is what the model saw, y its reconstruction, both in [0, 1].
struct ReconstructionMetrics {
  int64_t num_samples = 0;
  double mse = 0;  ///< mean over samples and values of (x - y)^2
  double bce = 0;  ///< mean over samples and values of -x ln y - (1 - x) ln(1 - y), y clipped to [1e-7, 1 - 1e-7]
  double psnr_mean =
      0;  ///< dB; mean over samples of 10 log10(1 / mse of the sample), peak 1; a sample's is at most 100 dB
  double psnr_pooled = 0;  ///< dB; 10 log10(1 / mse), peak 1
};

/// Measures `model` on all of `data`, a block at a time. Throws Error(kUsage) where the samples do not fit the model.
ReconstructionMetrics reconstruction_metrics(const Autoencoder& model, const Dataset& data,
                                             const Context& context = {});

}  // namespace hourglass
