#pragma once
// Cuts square patches from photographs.

#include <cstdint>
#include <filesystem>

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// Name of the folder of photographs in a data folder.
inline constexpr const char* kPhotographsFolder = "natural";

/// Cuts config.patches RGB patches of {patch_size, patch_size, 3} bytes from the photographs in `folder` (its images,
/// or those in its subfolders). The test set has the fraction config.test of the patches. It is cut from separate
/// photographs, about the same fraction of all photographs. Patch i of a set depends only on (config.patch_seed, set,
/// i) and the photographs. All photographs are equally likely, and so are all positions in a photograph. Throws
/// Error(kData) if the folder has no images, an image cannot be decoded or is smaller than a patch, or a test set is
/// required and there is only one photograph; Error(kIo) if a file cannot be read.
DataSplit cut_natural_patches(const std::filesystem::path& folder, const DataConfig& config,
                              const Context& context = {});

}  // namespace hourglass
