#pragma once
// Caltech101: images of 101 object categories and a background category (Li, Andreeto, Ranzato, Perona, 2003).

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// Names of the category folders by label, sorted bytewise (background first).
std::vector<std::string> caltech101_classes();

/// Folder to which the archive of the images is unpacked.
inline constexpr const char* kCaltech101Folder = "101_ObjectCategories";

/// Finds the dataset in `folders`, in one of two forms: IDX files of gray 32x32 images with their own split, or the
/// category folders of JPEGs. Returns "" if it is not found.
std::filesystem::path find_caltech101(const std::vector<std::filesystem::path>& folders);

/// Loads the dataset from a folder returned by find_caltech101, as gray {32, 32, 1}. JPEGs are converted to Rec. 709
/// gray, resized to 32x32 by area averaging, and returned as `train` without a test set. Throws as load_dataset.
DataSplit load_caltech101(const std::filesystem::path& folder, const Context& context);

}  // namespace hourglass
