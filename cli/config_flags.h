#pragma once
// Flags for options of a run, with the help texts of the options.

#include <deque>
#include <string>
#include <vector>

#include "arguments.h"
#include "hourglass/config.h"

namespace hourglass::cli {

class ConfigFlags {
 public:
  explicit ConfigFlags(Arguments& arguments) : arguments_(arguments) {}

  /// Adds `flag` ("--epochs") for the option `key` ("train.epochs"). `value` names its value in the help. The help text
  /// ends with the `known` values.
  void add(const std::string& flag, const std::string& key, const std::string& value,
           const std::vector<std::string>& known = {});
  /// Adds --set key=value, which can be repeated, for options whose keys start with `prefix`.
  void add_set(const std::string& prefix = "");
  /// Applies the given options to `config`: first --set in order, then the flags. Throws Error(kUsage).
  void apply(Config& config) const;

  /// A context whose log goes to standard error.
  Context noting() const;

 private:
  struct Flag {
    std::string name, key, text;
  };
  Arguments& arguments_;
  std::deque<Flag> flags_;  // a deque: parsing needs the address of each text
  std::string prefix_;
  std::vector<std::string> assignments_;
};

/// Adds --data and --data-dir, for commands that read a dataset.
void add_data_flags(ConfigFlags& flags);

/// Adds --epochs, --batch-size, --learning-rate, --seed and --threads, for commands that train.
void add_training_flags(ConfigFlags& flags);

/// Whether the word is a dataset, a folder that has no run, or a file with the extension of data.
bool names_data(const std::string& word);

/// The config of a preset or a TOML file. Throws Error(kUsage) if `model` is neither, and Error(kIo).
Config named_config(const std::string& model, const Context& context = {});

}  // namespace hourglass::cli
