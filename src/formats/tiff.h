#pragma once
// Decodes TIFF images with libtiff.

#include <string>
#include <string_view>

#include "formats/image.h"

namespace hourglass {

/// Whether the bytes start as a TIFF file does, in either byte order; also BigTIFF.
bool is_tiff(std::string_view file);

/// The size of the first page, and the number of pages. Throws Error(kData) as decode_tiff.
ImageInfo tiff_info(std::string_view file, const std::string& source);

/// Decodes a page, counted from 0. Gray and color of 8 or 16 bits are read as stored; other pages (palettes, CMYK,
/// YCbCr, one bit) become 8-bit color. The orientation is applied. `source` names the file in messages. Throws
/// Error(kData) if the file is damaged, declares more pixels than its bytes can contain, or has numbers that are not 8
/// or 16 bits.
DecodedImage decode_tiff(std::string_view file, const std::string& source, int page);

}  // namespace hourglass
