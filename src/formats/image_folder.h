#pragma once
// Lists a folder of images. Its subfolders are classes.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace hourglass {

struct ImageFolder {
  struct File {
    std::filesystem::path path;
    int32_t label = 0;  ///< index into `classes`
  };
  std::vector<std::string> classes;  ///< sorted names of the subfolders; empty if the images are in the folder itself
  std::vector<File> files;           ///< grouped by class, each sorted by path; at least one
  std::vector<std::filesystem::path> others;  ///< files that are not images
};

/// Finds the images (by name: .png, .jpg, .jpeg, .bmp, .tif, .tiff, .pgm, .ppm in any case) in the subfolders of
/// `folder`, at any depth, or in `folder` itself if it has none. Hidden entries are skipped. Throws Error(kIo) if a
/// folder cannot be read, Error(kData) if there are no images, a subfolder has no images, or `folder` has both images
/// and subfolders.
ImageFolder list_image_folder(const std::filesystem::path& folder);

/// Whether the file name has an image extension.
bool is_image_name(const std::filesystem::path& path);

}  // namespace hourglass
