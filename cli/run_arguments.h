#pragma once
// What every command that looks at a trained model takes: the run, and the data to look at it with.

#include <CLI/CLI.hpp>
#include <string>

#include "config_flags.h"
#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass::cli {

class RunArguments {
 public:
  /// Declares RUN, --part (one of `parts`, the first by default), --data, --data-dir and --threads on `app`.
  RunArguments(CLI::App& app, std::vector<std::string> parts);

  /// RUN as it was given.
  const std::string& run() const { return run_; }
  const std::string& part() const { return part_; }

  /// RUN's model. RUN is a run folder or a model file. Throws as Autoencoder::load.
  Autoencoder load_model() const;
  /// The data that the model was trained on, or that the flags name. Throws as load_dataset.
  DataParts load_data(const Autoencoder& model) const;
  /// The part that --part names.
  Dataset load_part(const Autoencoder& model) const;
  Context context() const;

 private:
  Config with_flags(Config config) const;

  std::string run_;
  std::string part_;
  ConfigFlags flags_;
};

}  // namespace hourglass::cli
