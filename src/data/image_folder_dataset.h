#pragma once
// Loads a folder of images as a dataset.

#include <filesystem>

#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// Decodes every image of a folder (see list_image_folder), or one image file, with `context.threads` workers. Each
/// page of a TIFF file is a sample. Samples are {height, width, 1} if all images are gray, otherwise {height, width,
/// 3}; alpha is dropped. They are bytes, or floats v / 65535 if an image has 16 bits. With `like`, a training set,
/// samples have its channels and type instead. What was converted or left out is logged to context.log. If
/// config.preprocess starts with "resize H W area|bilinear", optionally after "gray", each image is resized as soon as
/// it is decoded, and bytes are rounded. The step itself then changes nothing. An image that cannot be decoded is an
/// error, or is skipped and counted if config.skip_undecodable is set. The samples are named by their file, relative to
/// the folder. Sizes are compared before any image is decoded, and each worker holds one decoded image. Throws
/// Error(kData), naming two images, if sizes differ and images are not resized.
/// `root`: the folder that the dataset is named after and file names are relative to, if it is not `folder` itself.
Dataset load_image_folder(const std::filesystem::path& folder, const DataConfig& config, const Context& context,
                          std::filesystem::path root = {}, const Dataset* like = nullptr);

}  // namespace hourglass
