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
      else if (is_image_name(entry.path()))
        entries.images.push_back(entry.path());
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorKind::kIo,
                fmt::format("Cannot read the folder '{}': {}.", folder.string(), error.code().message()));
  }
  std::ranges::sort(entries.images);
  std::ranges::sort(entries.folders);
  return entries;
}

}  // namespace

bool is_image_name(const fs::path& path) {
  constexpr std::array<std::string_view, 6> kExtensions{".png", ".jpg", ".jpeg", ".bmp", ".pgm", ".ppm"};
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

ImageFolder list_image_folder(const fs::path& folder) {
  const auto fail = [&](const std::string& found) {
    throw Error(ErrorKind::kData, fmt::format("The image folder '{}' {}.", folder.string(), found));
  };
  const Entries top = entries_of(folder);
  ImageFolder result;
  if (top.folders.empty()) {
    for (const fs::path& path : top.images) result.files.push_back({path, 0});
    if (result.files.empty()) fail("contains no images (.png, .jpg, .jpeg, .bmp, .pgm, .ppm) and no folders of images");
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
    const Entries entries = entries_of(class_folder);
    if (entries.images.empty())
      fail(
          fmt::format("has a class folder without images, '{}'. Remove it or put images (.png, .jpg, .jpeg, .bmp, "
                      ".pgm, .ppm) into it",
                      result.classes.back()));
    for (const fs::path& path : entries.images) result.files.push_back({path, label});
  }
  return result;
}

}  // namespace hourglass
