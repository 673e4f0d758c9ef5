#pragma once
// Flags that stand for options of a run. Their help text is the option's own.

#include <CLI/CLI.hpp>
#include <deque>
#include <string>
#include <vector>

#include "hourglass/config.h"

namespace hourglass::cli {

class ConfigFlags {
 public:
  explicit ConfigFlags(CLI::App& app) : app_(app) {}

  /// Adds `flag`, "--epochs", which sets the option `key`, "train.epochs". `value` names its value in the help,
  /// which ends with the `known` values.
  void add(const std::string& flag, const std::string& key, const std::string& value,
           const std::vector<std::string>& known = {});
  /// Adds --set key=value, which may be repeated, for options whose keys start with `prefix`.
  void add_set(const std::string& prefix = "");
  /// Sets in `config` what was given: --set in its order, then the flags. Throws Error(kUsage).
  void apply(Config& config) const;

 private:
  struct Flag {
    std::string key;
    std::string text;
    const CLI::Option* option;
  };
  CLI::App& app_;
  std::deque<Flag> flags_;  // a deque: CLI11 keeps the address of each text
  std::string prefix_;
  std::vector<std::string> assignments_;
};

/// --data and --data-dir, on a command that reads a data set.
void add_data_flags(ConfigFlags& flags);

/// --epochs, --batch-size, --learning-rate, --seed and --threads, on a command that trains.
void add_training_flags(ConfigFlags& flags);

/// The config of a preset's name or a TOML file. Throws Error(kUsage) for neither, and Error(kIo).
Config named_config(const std::string& model);

}  // namespace hourglass::cli
