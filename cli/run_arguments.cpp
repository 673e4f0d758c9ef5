#include "run_arguments.h"

#include <fmt/format.h>

#include <filesystem>

#include "hourglass/error.h"
#include "hourglass/trainer.h"

namespace hourglass::cli {

RunArguments::RunArguments(CLI::App& app, std::vector<std::string> parts) : part_(parts.front()), flags_(app) {
  app.add_option("RUN", run_, "run folder, or a model.safetensors")->type_name("")->required();
  app.add_option("--part", part_, "which part of the data set")
      ->check(CLI::IsMember(std::move(parts)))
      ->capture_default_str();
  add_data_flags(flags_);
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

DataParts RunArguments::load_data(const Autoencoder& model) const {
  return load_dataset(with_flags(model.config()).data);
}

Dataset RunArguments::load_part(const Autoencoder& model) const {
  DataParts data = load_data(model);
  return std::move(part_ == "train" ? data.train : data.test);
}

Context RunArguments::context() const { return {.threads = static_cast<int>(with_flags({}).train.threads), .log = {}}; }

Config RunArguments::with_flags(Config config) const {
  flags_.apply(config);
  return config;
}

}  // namespace hourglass::cli
