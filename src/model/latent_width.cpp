#include "model/latent_width.h"

#include <fmt/format.h>

#include <regex>

#include "hourglass/error.h"
#include "layers/activation.h"

namespace hourglass {
namespace {

bool keeps_width(const std::string& layer) {
  return activation_named(layer) || layer == "batch_norm" || layer == "layer_norm" || layer == "flatten" ||
         layer.starts_with("dropout");
}

}  // namespace

ModelConfig with_latent_dim(ModelConfig config) {
  if (config.latent_dim == 0) return config;
  if (config.latent != "plain") {
    config.latent =
        std::regex_replace(config.latent, std::regex(R"(^(gaussian\s+)\S+)"), fmt::format("$01{}", config.latent_dim));
    return config;
  }
  static const std::regex kWide(R"(^(linear\s+|lstm\s+)\S+(\s+last)?$)");
  for (auto layer = config.encoder.rbegin(); layer != config.encoder.rend(); ++layer) {
    if (keeps_width(*layer)) continue;
    std::smatch match;
    if (!std::regex_match(*layer, match, kWide) || (layer->starts_with("lstm") && !match[2].matched)) break;
    *layer = match.str(1) + std::to_string(config.latent_dim) + match.str(2);
    return config;
  }
  throw Error(ErrorKind::kUsage,
              fmt::format("model.latent_dim is {}, but the encoder of '{}' ends in no layer whose width could be set: "
                          "'linear N' or 'lstm N last' was expected. Set model.encoder instead.",
                          config.latent_dim, config.name));
}

}  // namespace hourglass
