#pragma once
// The arguments of every command that uses a trained model: the run, and the data.

#include <optional>
#include <string>

#include "arguments.h"
#include "config_flags.h"
#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/run_data.h"

namespace hourglass::cli {

class RunArguments {
 public:
  enum class Uses { kModel, kData };
  using Training = RunDataOptions::Training;

  /// Declares RUN and --threads, and for commands that use data --part, --data, --data-dir and --set.
  explicit RunArguments(Arguments& arguments, Uses uses = Uses::kData);

  /// RUN as it was given.
  const std::string& run() const { return run_; }
  const Output& output() const { return arguments_.output(); }
  Arguments& arguments() const { return arguments_; }

  /// Loads the model of RUN, which is a run folder or a model file. Throws as Autoencoder::load.
  Autoencoder load_model() const;
  /// Loads the data of the run, or those of --data, and the samples of --part (see load_run_data). Notes go to standard
  /// error.
  RunData load(const Autoencoder& model, Training training) const;
  Context context() const;
  /// Throws Error(kUsage) if an argument about data was given: "--data has no effect here: REASON".
  void reject_data_arguments(const std::string& reason) const;

 private:
  Config with_flags(Config config) const;

  Arguments& arguments_;
  std::string run_, part_;
  ConfigFlags flags_;
  mutable std::optional<StandardInputFile> standard_input_;
};

/// "--part": which samples of the data a command uses.
inline const std::vector<std::string> kParts = {"train", "validation", "test", "all"};

}  // namespace hourglass::cli
