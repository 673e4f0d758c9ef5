#pragma once
// What the commands that look into a data set take: its name, where it lies, how it is read.

#include <CLI/CLI.hpp>
#include <string>

#include "config_flags.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass::cli {

class DataArguments {
 public:
  /// Declares NAME, --data-dir and --set on `app`.
  explicit DataArguments(CLI::App& app);

  /// Throws Error(kUsage) for an unknown name or option.
  DataConfig config() const;
  /// Throws as load_dataset. What is to be said of the loading goes to standard error.
  DataParts load() const;

 private:
  std::string name_;
  ConfigFlags flags_;
};

}  // namespace hourglass::cli
