#pragma once
// A folder of images as a data set.

#include <filesystem>

#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// Decodes every image of a folder (see list_image_folder) by `context.threads` workers, as {height, width, 1} where
/// all are grey and {height, width, 3} where any has colours; alpha is dropped. Where config.preprocess starts with
/// "resize H W area|bilinear", or with "grey" and then that, each is resized as soon as it is decoded, rounded to
/// bytes; the step itself then finds all as large as it wants them. An image that does not decode is an error, or left
/// out and counted where config.skip_undecodable. Throws Error(kData) where images differ in size and are not resized,
/// naming two.
Dataset load_image_folder(const std::filesystem::path& folder, const DataConfig& config, const Context& context);

}  // namespace hourglass
