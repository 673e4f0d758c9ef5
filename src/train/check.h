#pragma once
// Whether a config and a data set can be trained together.

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// Throws Error(kUsage), with what to change, for data that do not fit the model or are fewer than a batch, and for
/// options of training that contradict each other or the model.
void check_training(const Autoencoder& model, const DataParts& data);

/// Hands training_warnings() to the context's log.
void log_warnings(const Autoencoder& model, const Context& context);

}  // namespace hourglass
