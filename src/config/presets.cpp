#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "hourglass/config.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

using Layers = std::vector<std::string>;

Config make(const std::string& name, Layers encoder, Layers decoder) {
  Config config;
  config.model.name = name;
  config.model.encoder = std::move(encoder);
  config.model.decoder = std::move(decoder);
  return config;
}

/// FC-AE of the repository Exploring-Autoencoders-with-FashionMNIST-Dataset: 784-128-64-128-784.
Preset fc() {
  Config config =
      make("fc", {"linear 128", "relu", "linear 64", "relu"}, {"linear 128", "relu", "linear output", "sigmoid"});
  config.train.batch_size = 64;
  config.train.epochs = 50;
  return {"fc", "fully connected, 64 latents, as in the five-architecture study of Fashion-MNIST", config};
}

/// RAE of the repository Regularized_Auto_Encoder, after Ororbia and Kifer, Nature Communications 13:2064 (2022).
Preset rae() {
  Config config = make("rae", {"linear 256", "relu", "linear 128", "relu", "linear 20", "relu"},
                       {"linear 128", "relu", "linear 256", "relu", "linear output", "sigmoid"});
  config.data.binarize = 0.5;
  config.objective.reconstruction = "bce";
  config.objective.weight_l2 = 1e-5;
  config.train.batch_size = 200;
  config.train.epochs = 50;
  return {"rae", "regularized autoencoder, 20 latents, on binary images (Ororbia and Kifer 2022)", config};
}

/// Deep_Autoencoders_MNIST_FMNIST gives depths and latent sizes; the widths and the cross-entropy are those of
/// AutoEncoder_evaluation_MINST, its sibling.
Preset deep(const std::string& name, Layers encoder, Layers decoder, const std::string& summary) {
  Config config = make(name, std::move(encoder), std::move(decoder));
  config.objective.reconstruction = "bce";
  config.train.batch_size = 128;
  config.train.epochs = 10;
  return {name, summary, config};
}

}  // namespace

const std::vector<Preset>& presets() {
  static const std::vector<Preset> kPresets = {
      fc(), rae(),
      deep("deep3", {"linear 256", "relu", "linear 100"}, {"linear 256", "relu", "linear output", "sigmoid"},
           "3 layers, 100 linear latents, the best of the depth and width study"),
      deep("deep5", {"linear 512", "relu", "linear 256", "relu", "linear 100"},
           {"linear 256", "relu", "linear 512", "relu", "linear output", "sigmoid"},
           "5 layers, 100 linear latents, the deeper model of the depth and width study")};
  return kPresets;
}

Config preset_config(const std::string& name) {
  const auto preset = std::ranges::find(presets(), name, &Preset::name);
  if (preset != presets().end()) return preset->config;
  std::vector<std::string> names;
  for (const Preset& known : presets()) names.push_back(known.name);
  throw Error(ErrorKind::kUsage, fmt::format("Unknown preset '{}'.{}", name, did_you_mean(name, names)));
}

}  // namespace hourglass
