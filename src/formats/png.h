#pragma once
// PNG images of 8 bits a channel.

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace hourglass {

/// Rows from top to bottom, channels interleaved: grey (1), grey + alpha (2), RGB (3) or RGBA (4).
struct PngImage {
  int width = 0;
  int height = 0;
  int channels = 0;
  std::vector<uint8_t> bytes;  ///< height x width x channels
};

/// Writes an image through a temporary name. Throws Error(kUsage) where the sizes and the number of bytes do not fit,
/// Error(kIo) where the file cannot be written.
void write_png(const std::filesystem::path& path, int width, int height, int channels, std::span<const uint8_t> bytes);

/// Throws Error(kIo) where the file cannot be read, Error(kData) where it is no intact PNG.
PngImage read_png(const std::filesystem::path& path);

}  // namespace hourglass
