#pragma once
// Data sets in the four files of MNIST: images and labels of the train and test part, IDX, plain or gzipped.

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/dataset.h"

namespace hourglass {

/// Loads set `name` from the first of `folders` that holds any of its files, in a subfolder called `name` or directly.
/// `home_page` is where a person gets the files. Samples are {height, width, 1}.
/// Throws Error(kData) where no folder has the set, a file is missing or malformed, images and labels differ in number,
/// or the parts differ in the size of their images; Error(kIo) where a file cannot be read.
DataParts load_idx_dataset(const std::string& name, const std::vector<std::filesystem::path>& folders,
                           const std::string& home_page);

}  // namespace hourglass
