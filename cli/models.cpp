#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "command.h"
#include "config_flags.h"
#include "hourglass/autoencoder.h"
#include "hourglass/trainer.h"
#include "model_summary.h"
#include "text.h"

namespace hourglass::cli {
namespace {

/// What the layers of a TOML file are shown for.
const Shape kExampleShape = {28, 28, 1};

/// Under the name of each study a line a preset; the columns run through all of them.
void list_presets() {
  std::vector<std::vector<std::string>> rows = {{"model", "sample", "latents", "parameters", "memory", "what it is"}};
  for (const Preset& preset : presets()) {
    const Autoencoder model(preset.config, preset.sample_shape);
    rows.push_back({preset.name, to_string(preset.sample_shape), count(model.latent_dim()),
                    count(model.num_parameters()), bytes(training_memory(model).total()), preset.summary});
  }
  std::istringstream lines(table("<<>>><", rows));
  std::string line, study;
  std::getline(lines, line);
  fmt::print("{}\n", line);
  for (const Preset& preset : presets()) {
    if (preset.study != study) fmt::print("\n{}\n", preset.study);
    study = preset.study;
    std::getline(lines, line);
    fmt::print("{}\n", line);
  }
  fmt::print(
      "\nSizes are for samples of the shape shown; memory is that of training, the data left out.\n"
      "hourglass models NAME shows the layers, hourglass train NAME trains.\n");
}

void show_model(const std::string& name) {
  const Config config = named_config(name);
  check_ranges(config);
  const auto preset = std::ranges::find(presets(), name, &Preset::name);
  const bool is_preset = preset != presets().end();
  const Autoencoder model(config, is_preset ? preset->sample_shape : kExampleShape);
  fmt::print("{}\n{}\n{}\n", config.model.name,
             is_preset ? fmt::format("{}\n{}\n", preset->summary, preset->study) : "", model_summary(model, {}));
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
