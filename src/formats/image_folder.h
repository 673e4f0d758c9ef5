#pragma once
// A folder of images, the subfolders of which are classes.

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
  std::vector<std::string>
      classes;              ///< names of the subfolders, sorted; empty where the images lie in the folder itself
  std::vector<File> files;  ///< class by class, each sorted by name; at least one
};

/// Finds the images (by name: .png, .jpg, .jpeg, .bmp, .pgm, .ppm in any case) in the subfolders of `folder`, or in
/// `folder` itself where it has none. Hidden entries and other files are passed over. Throws Error(kIo) where a folder
/// cannot be read, Error(kData) where there is no image, a subfolder has none, or images lie beside subfolders.
ImageFolder list_image_folder(const std::filesystem::path& folder);

/// Whether a file of this name is taken for an image.
bool is_image_name(const std::filesystem::path& path);

}  // namespace hourglass
