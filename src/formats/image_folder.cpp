#include "formats/image_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "hourglass/error.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

struct Entries {
  std::vector<fs::path> images;
  std::vector<fs::path> folders;
  std::vector<fs::path> others;
};

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with("."); }

/// Lists the images and subfolders of a folder, sorted by name.
Entries entries_of(const fs::path& folder) {
  Entries entries;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      if (is_hidden(entry.path())) continue;
      if (entry.is_directory())
        entries.folders.push_back(entry.path());
      else
        (is_image_name(entry.path()) ? entries.images : entries.others).push_back(entry.path());
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorKind::kIo,
                fmt::format("Cannot read the folder '{}': {}.", folder.string(), error.code().message()));
  }
  std::ranges::sort(entries.images);
  std::ranges::sort(entries.folders);
  std::ranges::sort(entries.others);
  return entries;
}

/// The images of a folder and those below it.
std::vector<fs::path> images_below(const fs::path& folder, std::vector<fs::path>& others) {
  Entries entries = entries_of(folder);
  others.insert(others.end(), entries.others.begin(), entries.others.end());
  for (const fs::path& below : entries.folders) {
    const std::vector<fs::path> more = images_below(below, others);
    entries.images.insert(entries.images.end(), more.begin(), more.end());
  }
  return entries.images;
}

constexpr const char* kExtensions = ".png, .jpg, .jpeg, .bmp, .tif, .tiff, .pgm, .ppm";

}  // namespace

bool is_image_name(const fs::path& path) {
  constexpr std::array<std::string_view, 8> kImages{".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".pgm", ".ppm"};
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::ranges::find(kImages, extension) != kImages.end();
}

ImageFolder list_image_folder(const fs::path& folder) {
  const auto fail = [&](const std::string& found) {
    throw Error(ErrorKind::kData, fmt::format("The image folder '{}' {}.", folder.string(), found));
  };
  const Entries top = entries_of(folder);
  ImageFolder result;
  result.others = top.others;
  if (top.folders.empty()) {
    for (const fs::path& path : top.images) result.files.push_back({path, 0});
    if (result.files.empty()) fail(fmt::format("contains no images ({}) and no folders of images", kExtensions));
    return result;
  }
  if (!top.images.empty())
    fail(
        fmt::format("contains both images ('{}') and folders ('{}'). Put all images into folders, one per class, or "
                    "all into one folder without classes",
                    top.images.front().filename().string(), top.folders.front().filename().string()));
  for (const fs::path& class_folder : top.folders) {
    const auto label = static_cast<int32_t>(result.classes.size());
    result.classes.push_back(class_folder.filename().string());
    const std::vector<fs::path> images = images_below(class_folder, result.others);
    if (images.empty())
      fail(fmt::format("has a class folder without images, '{}'. Remove it or put images ({}) into it",
                       result.classes.back(), kExtensions));
    for (const fs::path& path : images) result.files.push_back({path, label});
  }
  return result;
}

}  // namespace hourglass
