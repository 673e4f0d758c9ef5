#pragma once
// Square patches cut from photographs.

#include <cstdint>
#include <filesystem>

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// The folder of photographs in a data folder.
inline constexpr const char* kPhotographsFolder = "natural";

/// config.patches patches of {patch_size, patch_size, 3} bytes, RGB, from the photographs in `folder` (its images, or
/// those in its subfolders). The test part is the share config.test of them, cut from photographs that the training
/// part does not see, as nearly that share of all as whole photographs allow. Patch i of a part depends on
/// (config.patch_seed, part, i) and the photographs alone: each is equally likely to give it, and each place in one.
/// Throws Error(kData) for a folder without images, one that does not decode or is smaller than a patch, and where two
/// photographs are needed and there is one; Error(kIo) where a file cannot be read.
DataParts cut_natural_patches(const std::filesystem::path& folder, const DataConfig& config,
                              const Context& context = {});

}  // namespace hourglass
