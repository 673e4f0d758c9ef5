#include <fmt/format.h>

#include <memory>

#include "command.h"
#include "config_flags.h"
#include "hourglass/autoencoder.h"
#include "hourglass/trainer.h"
#include "model_summary.h"
#include "text.h"

namespace hourglass::cli {
namespace {

/// Presets fit any sample; their sizes are shown for the images of MNIST and its relatives.
const Shape kExampleShape = {28, 28, 1};

void list_presets() {
  std::vector<std::vector<std::string>> rows = {{"model", "latents", "parameters", "memory", "what it is"}};
  for (const Preset& preset : presets()) {
    const Autoencoder model(preset.config, kExampleShape);
    rows.push_back({preset.name, count(model.latent_dim()), count(model.num_parameters()),
                    bytes(training_memory(model).total()), preset.summary});
  }
  fmt::print(
      "{}\nSizes are for images of {}; memory is that of training, the data left out.\n"
      "hourglass models NAME shows the layers, hourglass train NAME trains.\n",
      table("<>>><", rows), to_string(kExampleShape));
}

void show_model(const std::string& name) {
  const Config config = named_config(name);
  check_ranges(config);
  const Autoencoder model(config, kExampleShape);
  fmt::print("{}\n\n{}\n", config.model.name, model_summary(model, {}));
  fmt::print("\nAs TOML, to start a model of your own from:\n\n{}", to_toml(config));
}

}  // namespace

Action declare_models(CLI::App& app) {
  const auto name = std::make_shared<std::string>();
  app.add_option("NAME", *name, "preset or TOML file to show the layers of")->type_name("");
  return [name] {
    if (name->empty())
      list_presets();
    else
      show_model(*name);
    return kDone;
  };
}

}  // namespace hourglass::cli
