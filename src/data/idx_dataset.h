#pragma once
// Data sets in the four files of MNIST: images and labels of the train and test part, IDX, plain or gzipped.

#include <array>
#include <filesystem>
#include <string>

#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// The files of a set: images and labels of the training part, images and labels of the test part.
inline constexpr std::array kIdxFiles{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                                      "t10k-labels-idx1-ubyte"};

/// Whether `folder` holds any of the files.
bool has_idx_files(const std::filesystem::path& folder);

/// Loads set `name` from a folder. Samples are {height, width, 1}. Where it holds the files of the test part alone,
/// their samples are all returned as `train`, which is said to context.log, and `test` is left empty. Throws
/// Error(kData) where a file is missing or malformed, images and labels differ in number, or the parts differ in the
/// size of their images; Error(kIo) where a file cannot be read.
DataParts load_idx_folder(const std::string& name, const std::filesystem::path& folder, const Context& context);

}  // namespace hourglass
