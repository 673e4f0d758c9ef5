#pragma once
// Checks of a config and a dataset before training.

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// Throws Error(kUsage), with what to change, for data that do not fit the model or are smaller than a batch, and for
/// training options that contradict each other or the model.
void check_training(const Autoencoder& model, const DataSplit& data);

/// Passes training_warnings() to context.log.
void log_warnings(const Autoencoder& model, const Context& context);

}  // namespace hourglass
