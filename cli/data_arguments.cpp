#include "data_arguments.h"

#include <fmt/format.h>

#include <cstdio>

#include "core/text.h"
#include "hourglass/preprocessing.h"
#include "stage_display.h"
#include "terminal.h"

namespace hourglass::cli {

DataArguments::DataArguments(CLI::App& app) : flags_(app) {
  app.add_option("NAME", name_, "data set ('hourglass data list' lists them)")->type_name("")->required();
  app.add_option("--model", model_, "a preset or TOML file, whose data.preprocess and other data options are taken")
      ->type_name("MODEL");
  flags_.add("--data-dir", "data.dir", "DIR");
  flags_.add_set("data.");
}

DataConfig DataArguments::config() const {
  Config config = model_.empty() ? Config() : named_config(model_);
  flags_.apply(config);
  config.data.name = name_;
  check_ranges(config);
  return config.data;
}

DataParts DataArguments::load() const {
  const DataConfig wanted = config();
  Terminal terminal(stderr);
  StageDisplay display(terminal, kQuietReading);
  const Context context = {
      .threads = 0, .log = [&](const std::string& line) { terminal.print(line); }, .on_progress = display.callback()};
  DataParts parts = load_dataset(wanted, context);
  if (wanted.preprocess.empty()) return parts;
  const Preprocessing preprocessing = Preprocessing::fit(wanted.preprocess, parts.train, context);
  for (Dataset* part : {&parts.train, &parts.validation, &parts.test})
    if (part->size() > 0) *part = preprocessing.apply(*part, context);
  return parts;
}

std::string described(const Dataset& data, const DataConfig& config) {
  return data.name() + (config.preprocess.empty() ? "" : ", prepared by " + join(config.preprocess));
}

}  // namespace hourglass::cli
