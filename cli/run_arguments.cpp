#include "run_arguments.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "core/text.h"
#include "hourglass/error.h"
#include "hourglass/trainer.h"
#include "stage_display.h"
#include "terminal.h"

namespace hourglass::cli {

namespace {

/// The options by which other data than the run's are read: as the run's were, but whole and with labels of their own.
DataConfig for_other_data(DataConfig config) {
  config.train_rows = config.validation_rows = config.test_rows = "";
  config.test = config.validation = 0;
  std::error_code ignored;
  if (std::filesystem::exists(config.labels, ignored)) config.labels = "";
  return config;
}

/// The part that the model was trained on, for what is fitted to be measured on other data.
Dataset load_training_part(const DataConfig& config, const std::string& other, const Context& context) {
  try {
    return load_dataset(config, context).train;
  } catch (const Error& error) {
    throw Error(error.kind(),
                fmt::format("{} The part that the model was trained on is needed for what is fitted before "
                            "'{}' is measured. To fit on a part of the latter instead, add --set "
                            "data.test=0.2.",
                            error.what(), other));
  }
}

/// So that what is fitted on the training part can be compared with the labels of the others.
void number_classes_alike(RunData& data) {
  const bool had_labels = data.parts.test.has_labels();
  data.parts.test = data.parts.test.with_classes_of(data.parts.train);
  if (had_labels && !data.parts.test.has_labels())
    fmt::print(stderr, "The classes of '{}' are not those of the run's data, '{}'; they are left out.\n", data.other,
               data.parts.train.name());
}

}  // namespace

std::string RunData::samples() const {
  return (part == "all"     ? ""
          : part == "train" ? "training "
                            : "test ") +
         samples_noun(chosen().sample_shape()) + (other.empty() ? "" : " of " + other);
}

std::string RunData::label() const { return other.empty() ? part : part + " of " + other; }

RunArguments::RunArguments(CLI::App& app, std::vector<std::string> parts) : part_(parts.front()), flags_(app) {
  app.add_option("RUN", run_, "run folder, or a model.safetensors")->type_name("")->required();
  part_option_ = app.add_option("--part", part_, "which part of the data set")
                     ->check(CLI::IsMember(std::move(parts)))
                     ->capture_default_str();
  add_data_flags(flags_);
  flags_.add_set("data.");
  flags_.add("--threads", "train.threads", "N");
}

Autoencoder RunArguments::load_model() const {
  std::error_code ignored;
  if (!std::filesystem::is_directory(run_, ignored)) return Autoencoder::load(run_);
  const RunFolder folder{run_};
  if (!std::filesystem::exists(folder.model(), ignored))
    throw Error(ErrorKind::kIo, fmt::format("'{}' holds no model: {} is missing. A run folder, such as "
                                            "'hourglass train' makes, or a .safetensors file was expected.",
                                            run_, folder.model().filename().string()));
  return Autoencoder::load(folder.model());
}

RunData RunArguments::load_data(const Autoencoder& model) const { return load(model, Training::kNeeded); }

RunData RunArguments::load_data_at_hand(const Autoencoder& model) const { return load(model, Training::kIfThere); }

RunData RunArguments::load_part(const Autoencoder& model) const { return load(model, Training::kLeftOut); }

RunData RunArguments::load(const Autoencoder& model, Training training) const {
  Config config = with_flags(model.config());
  const bool is_other = config.data.name != model.config().data.name;
  Terminal terminal(stderr);
  StageDisplay display(terminal, kQuietReading);
  Context reading = context();
  reading.on_progress = display.callback();
  if (!is_other) return {load_dataset(config.data, reading), part_, ""};

  config = model.config();
  config.data = for_other_data(config.data);
  config = with_flags(config);
  RunData data{load_dataset(config.data, reading), part_, data_title(config.data.name)};
  if (data.parts.test.size() > 0) return data;
  if (part_ == "train" && part_option_->count() > 0)
    throw Error(
        ErrorKind::kUsage,
        fmt::format("'{}' has no training part of its own, and all of it is looked at. Leave --part out, or draw "
                    "parts with --set data.test=0.2.",
                    data.other));
  data.part = "all";
  data.parts.test = std::exchange(data.parts.train, {});
  if (training == Training::kLeftOut) return data;
  DataConfig trained_on = model.config().data;
  trained_on.dir = config.data.dir;
  try {
    data.parts.train = load_training_part(trained_on, data.other, reading);
  } catch (const Error& error) {
    if (training == Training::kNeeded) throw;
    terminal.print(error.what());
  }
  if (data.parts.train.has_labels()) number_classes_alike(data);
  return data;
}

Context RunArguments::context() const { return {.threads = static_cast<int>(with_flags({}).train.threads), .log = {}}; }

Config RunArguments::with_flags(Config config) const {
  flags_.apply(config);
  return config;
}

}  // namespace hourglass::cli
