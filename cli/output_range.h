#pragma once
// Whether a model's output can reach the values it is to reproduce.

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/preprocessing.h"

namespace hourglass::cli {

/// Fits data.preprocess to the training part. Values that then lie outside [0, 1], as in tables of measurements, are
/// out of reach of a decoder that ends in a sigmoid. Where the model is a preset, which was made for pictures, the
/// features of a table that nothing was asked for are standardised, and where the decoder is its own, it is left to end
/// in its linear layer; context.log is told. Throws Error(kUsage) with the remedy where the decoder was written by the
/// user or the loss is cross-entropy, and as Preprocessing::fit.
Preprocessing fit_to_values(Config& config, const Dataset& train, bool is_preset, bool has_preset_decoder,
                            const Context& context);

}  // namespace hourglass::cli
