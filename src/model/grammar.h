#pragma once
// The layer grammar: the text of a layer, the same in TOML, on the command line, in checkpoints and in summaries.
//
//   linear N         fully connected, N outputs
//   linear output    fully connected, as many outputs as the sample has values
//   relu leaky_relu elu gelu tanh sigmoid softplus identity

#include <memory>
#include <string>
#include <vector>

#include "layers/layer.h"

namespace hourglass {

/// The layer that `text` names, for inputs of shape `input`; `where` ("encoder layer 2") is for messages.
/// Throws Error(kUsage) for an unknown layer, with the nearest known one, and for sizes that cannot be.
std::unique_ptr<Layer> make_layer(const std::string& text, const Shape& input, int64_t sample_dim,
                                  const std::string& where);

}  // namespace hourglass
