#pragma once
// What the commands that look into a data set take: its name, where it lies, how it is read and prepared.

#include <CLI/CLI.hpp>
#include <string>

#include "config_flags.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass::cli {

class DataArguments {
 public:
  /// Declares NAME, --model, --data-dir and --set on `app`.
  explicit DataArguments(CLI::App& app);

  /// The data options of the model that --model names, or the defaults, with what was set. Throws Error(kUsage) for an
  /// unknown name or option.
  DataConfig config() const;
  /// As data.preprocess makes them, with statistics of the training part; as stored where it has no step. Throws as
  /// load_dataset and Preprocessing::fit. What is to be said of the loading goes to standard error.
  DataParts load() const;

 private:
  std::string name_, model_;
  ConfigFlags flags_;
};

/// "mnist", "mnist, prepared by resize 16 16 area, binarize 0.5"
std::string described(const Dataset& data, const DataConfig& config);

}  // namespace hourglass::cli
