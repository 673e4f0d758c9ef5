#pragma once
// CalTech101: pictures of 101 kinds of objects, and of none (Li, Andreeto, Ranzato, Perona, 2003).

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// The names of the category folders by label, background first, in the order of their bytes.
std::vector<std::string> caltech101_classes();

/// What the archive of the pictures unpacks to.
inline constexpr const char* kCaltech101Folder = "101_ObjectCategories";

/// Where in `folders` the set lies, in one of its two forms: IDX files of grey 32x32 pictures, packed with a split of
/// their own, or the category folders of JPEGs; "" where it lies nowhere.
std::filesystem::path find_caltech101(const std::vector<std::filesystem::path>& folders);

/// Loads it from a folder that find_caltech101 found, as grey {32, 32, 1}: JPEGs become the Rec. 709 grey of their
/// pixels, averaged over the area that each of the 32x32 covers, and are one part without a test part. Throws as
/// load_dataset.
DataParts load_caltech101(const std::filesystem::path& folder, const Context& context);

}  // namespace hourglass
