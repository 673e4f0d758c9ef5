#pragma once
// Unpacks the images of a downloaded archive.

#include <cstdint>
#include <filesystem>
#include <string>

namespace hourglass {

/// The zip file `archive` contains NAME.tar.gz. Writes its images NAME/CLASS/IMAGE (.jpg or .png) to
/// `target`/CLASS/IMAGE and skips all other entries. `target` must not exist; it appears only when all images are
/// written. Returns the number of images.
/// Throws Error(kData) if the archive is damaged or has no such image, Error(kIo) if a file cannot be written.
int64_t unpack_images(const std::filesystem::path& archive, const std::string& name,
                      const std::filesystem::path& target);

}  // namespace hourglass
