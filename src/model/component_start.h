#pragma once
// Initial weights with which a network computes principal components.

#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "model/network.h"

namespace hourglass {

/// Whether a network can compute as many principal components as it has latents: a plain latent, layers that are linear
/// with ReLU between them, each hidden one with at least twice as many units as there are latents, and a linear output.
bool can_start_from_components(const Network& network);

/// Sets the initial weights so that latents and output are those of the principal components of `train`, which is
/// preprocessed; of at most 20,000 samples. Each component passes a hidden layer as two units, relu(z) and relu(-z).
/// Other hidden units keep their incoming weights, and their outgoing ones are 0: training finds what the components
/// miss. So the model starts at the best linear one. Throws Error(kUsage) if the network cannot do that.
void start_from_components(Network& network, const Dataset& train, const Context& context);

}  // namespace hourglass
