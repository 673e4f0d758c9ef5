#pragma once
// Adapts a config to the data that it is trained on.

#include <string>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/preprocessing.h"

namespace hourglass {

/// A config that works for a training set, and its preprocessing, fitted on that set.
struct AdaptedConfig {
  Config config;
  Preprocessing preprocessing;
  std::vector<std::string> changes;  ///< one sentence per change; empty if the config was used as it was
};

/// Changes what would not work, and says so in `changes` and to context.log:
/// - Layers of a convolutional or recurrent preset take height, width and channels from the data.
/// - Features of a table with values outside [0, 1] are standardized, if data.preprocess is empty, only imputes, or
///   only has the steps of a preset for images. data.preprocess = ["none"] keeps the values.
/// - The decoder of a preset that ends in sigmoid ends in its linear layer if values are outside [0, 1]; bce becomes
/// mse.
/// - The encoder of a preset for images that ends in ReLU ends in its linear layer if the samples are rows of a table,
///   unless the objective asks for sparse latents.
/// - A Gaussian latent with objective.reduction mean and the default kl_weight gets reduction sum: the KL divergence is
///   a sum over latents, so the reconstruction loss must be a sum over values.
/// - A batch size of the preset, or the default, that is larger than the training set becomes that of the training set.
/// - The preset `fc` on a table gets sizes for its features, starts as principal components (model.initializer=pca),
/// and
///   unless training options were chosen, a cosine schedule over about 4,000 steps, at least 10 epochs, with early
///   stopping on a validation set, which with_validation draws.
/// - The preset `detector` gets as many epochs as make about 400 steps, at least one.
/// Throws Error(kUsage), with the options to set, for a preset that does not fit the samples or a decoder of the
/// caller's own that cannot reach the values, and as Preprocessing::fit.
AdaptedConfig adapt_config(Config config, const Dataset& train, const Context& context = {});

}  // namespace hourglass
