#pragma once
// The layer grammar: the text of a layer, the same in TOML, on the command line, in checkpoints and in summaries. A
// word, its arguments, then options as key=value: "conv2d 16 kernel=5 padding=2".

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

/// How a layer is written.
struct LayerForm {
  const char* word;
  const char* example;  ///< the word with its arguments
  const char* options;  ///< those it takes with what they are when left out: "kernel=3 stride=1"; of none: ""
  const char* help;     ///< what the example does
};

/// Every layer there is.
std::vector<LayerForm> layer_forms();

/// The layer that `text` names, for inputs of shape `input`.
/// Throws Error(kUsage) for an unknown layer, with the nearest known one, and for sizes that cannot be.
std::unique_ptr<Layer> make_layer(const std::string& text, const Shape& input, const LayerPlace& place);

}  // namespace hourglass
