#pragma once
// Images of 8 bits a channel, decoded: PNG, JPEG, BMP, and PGM and PPM in their binary forms.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hourglass {

/// Rows from top to bottom, channels interleaved: grey (1), grey + alpha (2), RGB (3) or RGBA (4).
struct DecodedImage {
  int width = 0;
  int height = 0;
  int channels = 0;
  std::vector<uint8_t> bytes;  ///< height x width x channels
};

/// Decodes an image, of whatever format its first bytes say; palettes become RGB, 16 bits become 8, and what
/// a JPEG's Exif says of its orientation is applied. `source` names it in messages. Throws Error(kData) where it is of
/// no such format, cut short or damaged, or promises more pixels than its bytes can hold.
DecodedImage decode_image(std::string_view file, const std::string& source);

/// The same of a file. Throws Error(kIo) where it cannot be read.
DecodedImage read_image(const std::filesystem::path& path);

}  // namespace hourglass
