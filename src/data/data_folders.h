#pragma once
// Locations of datasets on this machine.

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/config.h"

namespace hourglass {

/// Folders to search, in order: config.dir, $HOURGLASS_DATA, and the user's cache folder ($XDG_CACHE_HOME/hourglass or
/// ~/.cache/hourglass). Unset ones are skipped. The folders need not exist.
std::vector<std::filesystem::path> data_folders(const DataConfig& config);

/// Possible locations of a dataset, in order: for each folder, its subfolder `name`, then the folder itself.
std::vector<std::filesystem::path> places_of(const std::string& name,
                                             const std::vector<std::filesystem::path>& folders);

}  // namespace hourglass
