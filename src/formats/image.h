#pragma once
// Decodes images of 8 or 16 bits per channel: PNG, JPEG, BMP, TIFF, and binary PGM and PPM.

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
  std::vector<uint8_t> bytes;  ///< height x width x channels; empty if the image has 16 bits
  std::vector<uint16_t> deep;  ///< the same of an image of 16 bits
  bool is_deep() const { return !deep.empty(); }
};

/// What the headers of a file say.
struct ImageInfo {
  int width = 0, height = 0;  ///< after the orientation was applied
  int channels = 0;
  bool is_deep = false;  ///< 16 bits per channel
  int pages = 1;         ///< images in the file, which have the same size
};

/// Reads the headers of an image, without its pixels. Throws as decode_image.
ImageInfo image_info(std::string_view file, const std::string& source);

/// Decodes an image; of a TIFF file, page `page`, counted from 0. Its first bytes determine the format. Palettes become
/// RGB, and the orientation of a JPEG (Exif) or TIFF is applied. `source` names the image in messages. Throws
/// Error(kData) if its format is not one of these, or if it is truncated, damaged, or declares more pixels than its
/// bytes can contain.
DecodedImage decode_image(std::string_view file, const std::string& source, int page = 0);

/// Decodes the first image of a file. Throws Error(kIo) if it cannot be read.
DecodedImage read_image(const std::filesystem::path& path);

/// The image with 8 bits per channel.
DecodedImage with_bytes(DecodedImage image);

/// The upright image of one that is stored with this orientation of Exif and TIFF: 1 ... 8.
DecodedImage upright(DecodedImage stored, int orientation);

}  // namespace hourglass
