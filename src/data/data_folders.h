#pragma once
// Where data sets lie on this machine.

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/config.h"

namespace hourglass {

/// Where files are looked for, first to last: config.dir, $HOURGLASS_DATA, and the user's cache folder
/// ($XDG_CACHE_HOME/hourglass or ~/.cache/hourglass), those of them that are set. They need not exist.
std::vector<std::filesystem::path> data_folders(const DataConfig& config);

/// Where in `folders` the files of a set may lie, first to last: of each, its subfolder called `name`, then itself.
std::vector<std::filesystem::path> places_of(const std::string& name,
                                             const std::vector<std::filesystem::path>& folders);

}  // namespace hourglass
