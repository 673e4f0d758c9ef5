#pragma once
// Data sets in the four files of MNIST: images and labels of the train and test part, IDX, plain or gzipped.

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/dataset.h"

namespace hourglass {

/// The first of `folders`, or of their subfolders called `name`, that holds any of the files; "" where none does.
std::filesystem::path find_idx_folder(const std::string& name, const std::vector<std::filesystem::path>& folders);

/// Loads set `name` from there. Samples are {height, width, 1}.
/// Throws Error(kData) where no folder has the set, a file is missing or malformed, images and labels differ in number,
/// or the parts differ in the size of their images; Error(kIo) where a file cannot be read.
DataParts load_idx_dataset(const std::string& name, const std::vector<std::filesystem::path>& folders);

}  // namespace hourglass
