#pragma once
// Loads datasets in the four files of MNIST: images and labels of the training and test set, IDX, plain or gzipped.

#include <array>
#include <filesystem>
#include <string>

#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// Files of a dataset: images and labels of the training set, images and labels of the test set.
inline constexpr std::array kIdxFiles{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                                      "t10k-labels-idx1-ubyte"};

/// Whether `folder` has any of the files.
bool has_idx_files(const std::filesystem::path& folder);

/// Loads dataset `name` from a folder. Samples are {height, width, 1}. If the folder has only the files of the test
/// set, their samples are returned as `train`, `test` is empty, and a message goes to context.log. Throws Error(kData)
/// if a file is missing or malformed, the numbers of images and labels differ, or the image sizes of training and test
/// set differ; Error(kIo) if a file cannot be read.
DataSplit load_idx_folder(const std::string& name, const std::filesystem::path& folder, const Context& context);

}  // namespace hourglass
