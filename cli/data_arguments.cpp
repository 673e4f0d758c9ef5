#include "data_arguments.h"

#include <fmt/format.h>

#include "core/text.h"
#include "hourglass/preprocessing.h"
#include "stage_display.h"
#include "terminal.h"

namespace hourglass::cli {

DataArguments::DataArguments(Arguments& arguments) : arguments_(arguments), flags_(arguments) {
  arguments.add("NAME", name_, "dataset ('hourglass data list' lists them), path, or - for standard input").required();
  arguments.add("--model", model_, "preset or TOML file whose data.preprocess and other data options are used")
      .value("MODEL");
  flags_.add("--data-dir", "data.dir", "DIR");
  flags_.add_set("data.");
}

DataConfig DataArguments::config() const {
  Config config = model_.empty() ? Config() : named_config(model_);
  flags_.apply(config);
  config.data.name = name_;
  if (is_standard_stream(name_)) {
    if (!standard_input_) standard_input_.emplace();
    config.data.name = standard_input_->path().string();
  }
  check_ranges(config);
  return config.data;
}

DataSplit DataArguments::load_with(const DataConfig& config, DataConfig* inferred) const {
  Terminal terminal(output().notes());
  StageDisplay display(terminal, kQuietReading);
  const Context context = {
      .threads = 0, .log = [&](const std::string& line) { terminal.print(line); }, .on_progress = display.callback()};
  return load_dataset(config, context, inferred);
}

DataSplit DataArguments::load() const { return preprocessed(load_with(config(), nullptr)); }

DataSplit DataArguments::load_stored(DataConfig& inferred) const {
  const DataConfig wanted = config();
  DataConfig accepting = wanted;
  // Missing values are an error unless a step imputes them. Here nothing is computed from them.
  if (wanted.preprocess.empty()) accepting.preprocess = {"impute median"};
  DataSplit parts = load_with(accepting, &inferred);
  inferred.preprocess = wanted.preprocess;
  return parts;
}

DataSplit DataArguments::preprocessed(DataSplit parts) const {
  const DataConfig wanted = config();
  if (wanted.preprocess.empty()) return parts;
  Terminal terminal(output().notes());
  StageDisplay display(terminal, kQuietReading);
  const Context context = {
      .threads = 0, .log = [&](const std::string& line) { terminal.print(line); }, .on_progress = display.callback()};
  const Preprocessing preprocessing = Preprocessing::fit(wanted.preprocess, parts.train, context);
  for (Dataset* part : {&parts.train, &parts.validation, &parts.test})
    if (part->size() > 0) *part = preprocessing.apply(*part, context);
  return parts;
}

std::string described(const Dataset& data, const DataConfig& config) {
  return data.name() + (config.preprocess.empty() ? "" : ", preprocessed by " + join(config.preprocess));
}

}  // namespace hourglass::cli
