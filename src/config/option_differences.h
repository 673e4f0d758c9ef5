#pragma once
// The options that differ between configs.

#include <string>
#include <vector>

#include "hourglass/config.h"

namespace hourglass {

/// An option and its value in each config.
struct OptionDifference {
  std::string key;                  ///< "train.epochs"
  std::vector<std::string> values;  ///< as TOML text, one per config
};

/// Returns the options that differ between the configs, in the order of docs/options.md. Ignores data.dir: the folder
/// of the data can move.
std::vector<OptionDifference> option_differences(const std::vector<Config>& configs);

}  // namespace hourglass
