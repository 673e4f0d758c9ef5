#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
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

/// The sample shape that the layers of a TOML file are shown for.
const Shape kExampleShape = {28, 28, 1};

/// One line per preset, grouped by study, with common columns.
void list_presets(const Output& output) {
  std::vector<std::vector<std::string>> rows = {{"model", "sample", "latents", "parameters", "memory", "what it is"}};
  for (const Preset& preset : presets()) {
    const Autoencoder model(preset.config, preset.sample_shape);
    rows.push_back({preset.name, to_string(preset.sample_shape), count(model.latent_dim()),
                    count(model.num_parameters()), bytes(training_memory(model).total()), preset.summary});
  }
  std::istringstream lines(table("<<>>><", rows));
  std::string line, study;
  std::getline(lines, line);
  std::string text = line + "\n";
  for (const Preset& preset : presets()) {
    if (preset.study != study) text += "\n" + preset.study + "\n";
    study = preset.study;
    std::getline(lines, line);
    text += line + "\n";
  }
  text +=
      "\nSizes are for samples of the shape shown. Memory is that of training, without the data.\n"
      "'hourglass models NAME' shows the layers, 'hourglass train NAME' trains.\n";
  output.print(text, [] {
    Json json = Json::array();
    for (const Preset& preset : presets()) {
      const Autoencoder model(preset.config, preset.sample_shape);
      json.push_back({{"name", preset.name},
                      {"study", preset.study},
                      {"summary", preset.summary},
                      {"sample_shape", preset.sample_shape},
                      {"latent_dim", model.latent_dim()},
                      {"parameters", model.num_parameters()},
                      {"memory_bytes", training_memory(model).total()}});
    }
    return json;
  });
}

void show_model(const std::string& name, const Output& output) {
  const Config config = named_config(name);
  check_ranges(config);
  const auto preset = std::ranges::find(presets(), name, &Preset::name);
  const bool is_preset = preset != presets().end();
  const Autoencoder model(config, is_preset ? preset->sample_shape : kExampleShape);
  output.print(fmt::format("{}\n{}\n{}\n\nAs TOML, to edit for a model of your own:\n\n{}", config.model.name,
                           is_preset ? fmt::format("{}\n{}\n", preset->summary, preset->study) : "",
                           model_summary(model, {}), to_toml(config)),
               [&] {
                 Json layers = Json::array();
                 for (const LayerSummary& layer : model.summary())
                   layers.push_back({{"part", layer.part},
                                     {"layer", layer.layer},
                                     {"output_shape", layer.output_shape},
                                     {"parameters", layer.num_parameters}});
                 return Json{{"name", config.model.name},
                             {"sample_shape", model.sample_shape()},
                             {"latent_dim", model.latent_dim()},
                             {"parameters", model.num_parameters()},
                             {"layers", layers},
                             {"config", to_toml(config)}};
               });
}

}  // namespace

Action declare_models(Arguments& app) {
  const auto name = std::make_shared<std::string>();
  app.add("NAME", *name, "preset or TOML file; shows its layers");
  return [name, &app] {
    if (name->empty())
      list_presets(app.output());
    else
      show_model(*name, app.output());
    return kDone;
  };
}

}  // namespace hourglass::cli
