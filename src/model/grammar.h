#pragma once
// The layer grammar: how layers are written in TOML, on the command line, in checkpoints and in summaries. A layer is a
// word, its arguments, then options as key=value: "conv2d 16 kernel=5 padding=2".

#include <memory>
#include <string>
#include <vector>

#include "layers/layer.h"

namespace hourglass {

/// Position of a layer in a model.
struct LayerPlace {
  std::string part;    ///< "encoder", "latent", "decoder"
  size_t index;        ///< in its part
  int64_t output_dim;  ///< size of 'linear output'

  /// A unique number in the model, so that layers have different noise.
  uint32_t number() const {
    return static_cast<uint32_t>(index) + (part == "encoder" ? 0u : part == "latent" ? 1u << 10 : 2u << 10);
  }
};

/// How a layer is written.
struct LayerForm {
  const char* word;
  const char* example;  ///< the word with its arguments
  const char* options;  ///< its options with their defaults: "kernel=3 stride=1", or ""
  const char* help;     ///< what the example does
};

/// All layers.
std::vector<LayerForm> layer_forms();

/// Makes the layer `text` for inputs of shape `input`.
/// Throws Error(kUsage) for an unknown layer, with the nearest known one, and for invalid sizes.
std::unique_ptr<Layer> make_layer(const std::string& text, const Shape& input, const LayerPlace& place);

}  // namespace hourglass
