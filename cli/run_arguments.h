#pragma once
// What every command that looks at a trained model takes: the run, and the data to look at it with.

#include <CLI/CLI.hpp>
#include <string>

#include "config_flags.h"
#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass::cli {

/// The data that a command looks at a model with.
struct RunData {
  DataParts parts;
  std::string part;   ///< "train", "test", or "all": of other data than the run's, without a part of their own
  std::string other;  ///< the name of data that are not the run's

  /// What is looked at.
  const Dataset& chosen() const { return part == "train" ? parts.train : parts.test; }
  /// "training images", "test images of kmnist", "rows of sensors"
  std::string samples() const;
  /// "test", "test of kmnist", "all of sensors"
  std::string label() const;
};

class RunArguments {
 public:
  /// Declares RUN, --part (one of `parts`, the first by default), --data, --data-dir, --set and --threads on `app`.
  RunArguments(CLI::App& app, std::vector<std::string> parts);

  /// RUN as it was given.
  const std::string& run() const { return run_; }

  /// RUN's model. RUN is a run folder or a model file. Throws as Autoencoder::load.
  Autoencoder load_model() const;
  /// The data that the model was trained on, split as they were then, or others that the flags name. Those are looked
  /// at as a whole, beside the run's training part, unless they have a test part or --set asks for one to be drawn.
  /// Throws as load_dataset, and Error(kUsage) where a training part is asked for and there is none.
  RunData load_data(const Autoencoder& model) const;
  /// The same; where the run's training part is wanted beside others and is not there, that is said on standard error
  /// and the part stays empty.
  RunData load_data_at_hand(const Autoencoder& model) const;
  /// The same where only `chosen()` is looked at: the run's data need not be there for others.
  RunData load_part(const Autoencoder& model) const;
  Context context() const;

 private:
  enum class Training { kNeeded, kIfThere, kLeftOut };
  RunData load(const Autoencoder& model, Training training) const;
  Config with_flags(Config config) const;

  std::string run_;
  std::string part_;
  const CLI::Option* part_option_;
  ConfigFlags flags_;
};

}  // namespace hourglass::cli
