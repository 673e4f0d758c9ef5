#include "run_arguments.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/text.h"
#include "detect_data.h"
#include "hourglass/error.h"
#include "hourglass/run_folder.h"
#include "stage_display.h"
#include "terminal.h"

namespace hourglass::cli {

RunArguments::RunArguments(Arguments& arguments, Uses uses) : arguments_(arguments), flags_(arguments) {
  arguments.add("RUN", run_, "run folder, or a model.safetensors").required();
  if (uses == Uses::kData) {
    arguments.add("--part", part_, "which samples; default: the test set of the run, or all samples of --data")
        .one_of(kParts);
    add_data_flags(flags_);
    flags_.add_set("data.");
  }
  flags_.add("--threads", "train.threads", "N");
}

Autoencoder RunArguments::load_model() const {
  std::error_code ignored;
  const RunFolder run{run_};
  if (is_detector(run_) && !std::filesystem::exists(run.model(), ignored))
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' is a detector, not a model of 'hourglass train'. To score and measure data with it: "
                            "hourglass detect {} --data NAME.",
                            run_, shell_word(run_)));
  if (!std::filesystem::is_directory(run_, ignored)) return Autoencoder::load(run_);
  const RunFolder folder{run_};
  if (!std::filesystem::exists(folder.model(), ignored))
    throw Error(ErrorKind::kIo, fmt::format("'{}' contains no model: {} is missing. Expected a run folder that "
                                            "'hourglass train' wrote, or a .safetensors file.",
                                            run_, folder.model().filename().string()));
  return Autoencoder::load(folder.model());
}

RunData RunArguments::load(const Autoencoder& model, Training training) const {
  Config config = model.config();
  RunDataOptions options{.data = config.data};
  if (arguments_.given("--data")) {
    std::string name = with_flags({}).data.name;
    if (name == "-") {
      if (!standard_input_) standard_input_.emplace();
      name = standard_input_->path().string();
    }
    options = other_data(model, name);
    config.data = options.data;
    options.data = with_flags(config).data;
    options.data.name = name;
  } else {
    options.data = with_flags(config).data;
  }
  if (options.data.preprocess != model.config().data.preprocess)
    throw Error(ErrorKind::kUsage,
                "data.preprocess belongs to the model and cannot be changed here. Train another "
                "model with it.");
  std::error_code ignored;
  for (const std::string& input : {options.data.name, options.data.labels})
    if (std::filesystem::is_regular_file(input, ignored)) output().check_input(input);
  options.part = part_;
  options.training = training;
  Terminal terminal(output().notes());
  StageDisplay display(terminal, kQuietReading);
  Context reading = context();
  reading.on_progress = display.callback();
  RunData data = load_run_data(model, options, reading);
  if (standard_input_) {
    data.other = "standard input";
    standard_input_.reset();  // the data are in memory, or mapped
  }
  if (!data.note.empty()) terminal.print(data.note);
  return data;
}

Context RunArguments::context() const { return {.threads = static_cast<int>(with_flags({}).train.threads), .log = {}}; }

void RunArguments::reject_data_arguments(const std::string& reason) const {
  arguments_.reject_unused({"--part", "--data", "--data-dir", "--set"}, reason);
}

Config RunArguments::with_flags(Config config) const {
  flags_.apply(config);
  return config;
}

}  // namespace hourglass::cli
