#pragma once
// Decodes images to 8 bits per channel: PNG, JPEG, BMP, and binary PGM and PPM.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hourglass {

/// Decoded image. Rows from top to bottom, channels interleaved: gray (1), gray + alpha (2), RGB (3) or RGBA (4).
struct DecodedImage {
  int width = 0;
  int height = 0;
  int channels = 0;
  std::vector<uint8_t> bytes;  ///< height x width x channels
};

/// Decodes an image. Its first bytes determine the format. Palettes become RGB, 16 bits become 8 bits, and the Exif
/// orientation of a JPEG is applied. `source` names the image in messages. Throws Error(kData) if its format is not one
/// of these, or if it is truncated, damaged, or declares more pixels than its bytes can contain.
DecodedImage decode_image(std::string_view file, const std::string& source);

/// Decodes an image file. Throws Error(kIo) if it cannot be read.
DecodedImage read_image(const std::filesystem::path& path);

}  // namespace hourglass
