#include "model/latent_width.h"

#include <fmt/format.h>

#include <sstream>
#include <vector>

#include "hourglass/error.h"
#include "layers/activation.h"

namespace hourglass {
namespace {

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> all;
  for (std::string word; stream >> word;) all.push_back(word);
  return all;
}

bool keeps_width(const std::string& layer) {
  return activation_named(layer) || layer == "batch_norm" || layer == "layer_norm" || layer == "flatten" ||
         layer.starts_with("dropout");
}

}  // namespace

ModelConfig with_latent_dim(ModelConfig config) {
  if (config.latent_dim == 0) return config;
  const std::string width = std::to_string(config.latent_dim);
  if (config.latent != "plain") {
    if (const std::vector<std::string> latent = words(config.latent); latent.size() == 2 && latent[0] == "gaussian")
      config.latent = "gaussian " + width;
    return config;
  }
  for (auto layer = config.encoder.rbegin(); layer != config.encoder.rend(); ++layer) {
    if (keeps_width(*layer)) continue;
    const std::vector<std::string> text = words(*layer);
    const bool is_linear = text.size() == 2 && text[0] == "linear";
    const bool is_last_state = text.size() == 3 && text[0] == "lstm" && text[2] == "last";
    if (!is_linear && !is_last_state) break;
    *layer = text[0] + " " + width + (is_last_state ? " last" : "");
    return config;
  }
  throw Error(ErrorKind::kUsage,
              fmt::format("model.latent_dim is {}, but the encoder of '{}' does not end in a layer whose width can be "
                          "set ('linear N' or 'lstm N last'). Set model.encoder instead.",
                          config.latent_dim, config.name));
}

}  // namespace hourglass
