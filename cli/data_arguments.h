#pragma once
// The arguments of the `data` commands: the dataset, its folder, and how it is read and preprocessed.

#include <optional>
#include <string>

#include "arguments.h"
#include "config_flags.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass::cli {

class DataArguments {
 public:
  /// Declares NAME, --model, --data-dir and --set.
  explicit DataArguments(Arguments& arguments);

  /// The data options of --model, or the defaults, with the given options. Throws Error(kUsage) for an unknown name or
  /// option.
  DataConfig config() const;
  /// Loads the data and applies data.preprocess, fitted on the training set. Notes go to standard error. Throws as
  /// load_dataset and Preprocessing::fit.
  DataSplit load() const;
  /// Loads the data as stored. Sets `inferred` to the data options with what was inferred. Without data.preprocess,
  /// values can be missing.
  DataSplit load_stored(DataConfig& inferred) const;
  /// Applies data.preprocess, fitted on the training set.
  DataSplit preprocessed(DataSplit parts) const;

  Arguments& arguments() const { return arguments_; }
  const Output& output() const { return arguments_.output(); }

 private:
  DataSplit load_with(const DataConfig& config, DataConfig* inferred) const;

  Arguments& arguments_;
  std::string name_, model_;
  mutable std::optional<StandardInputFile> standard_input_;
  ConfigFlags flags_;
};

/// "mnist", "mnist, preprocessed by resize 16 16 area, binarize 0.5"
std::string described(const Dataset& data, const DataConfig& config);

}  // namespace hourglass::cli
