#pragma once
// Images out of a downloaded archive.

#include <cstdint>
#include <filesystem>
#include <string>

namespace hourglass {

/// Of the archive NAME.tar.gz that lies in the zip file `archive`, writes what it holds as NAME/CLASS/IMAGE (.jpg or
/// .png) to `target`/CLASS/IMAGE; all else is passed over. `target` takes its name once all are written, and must not
/// exist. Returns the number of images.
/// Throws Error(kData) where the archive is damaged or holds no such image, Error(kIo) where a file cannot be written.
int64_t unpack_images(const std::filesystem::path& archive, const std::string& name,
                      const std::filesystem::path& target);

}  // namespace hourglass
