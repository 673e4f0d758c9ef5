#pragma once
// The layer grammar: the text of a layer, the same in TOML, on the command line, in checkpoints and in summaries.
//
//   linear N              fully connected, N outputs
//   linear output         fully connected, as many outputs as the sample has values
//   conv2d N              convolution to N channels; kernel=3 stride=1 padding=0 dilation=1 groups=1
//   conv_transpose2d N    its transpose; the same and output_padding=0
//   max_pool2d K          maximum of KxK windows; stride=K
//   avg_pool2d K          mean of KxK windows; stride=K
//   upsample2d K          every pixel K times in both directions
//   lstm N                LSTM of N units over the steps of a sequence: its whole output sequence
//   lstm N last           the same: its last state
//   repeat T              the input T times, as a sequence
//   gaussian N            a Gaussian latent; only as model.latent
//   batch_norm layer_norm dropout P
//   flatten               all values in a row;  reshape 7x7x32
//   relu leaky_relu elu gelu tanh sigmoid softplus identity

#include <memory>
#include <string>
#include <vector>

#include "layers/layer.h"

namespace hourglass {

/// Where in a model a layer stands.
struct LayerPlace {
  std::string part;    ///< "encoder", "latent", "decoder"
  size_t index;        ///< in its part
  int64_t output_dim;  ///< what 'linear output' means

  /// A number of its own in the model: keeps the noise of layers apart.
  uint32_t number() const {
    return static_cast<uint32_t>(index) + (part == "encoder" ? 0u : part == "latent" ? 1u << 10 : 2u << 10);
  }
};

/// The layer that `text` names, for inputs of shape `input`.
/// Throws Error(kUsage) for an unknown layer, with the nearest known one, and for sizes that cannot be.
std::unique_ptr<Layer> make_layer(const std::string& text, const Shape& input, const LayerPlace& place);

}  // namespace hourglass
