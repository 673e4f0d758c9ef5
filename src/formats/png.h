#pragma once
// PNG images of 8 bits a channel, written; formats/image.h reads them.

#include <cstdint>
#include <filesystem>
#include <span>

namespace hourglass {

/// Writes an image, rows from top to bottom, channels interleaved (grey, grey + alpha, RGB or RGBA), through a
/// temporary name. Throws Error(kUsage) where the sizes and the number of bytes do not fit, Error(kIo) where the file
/// cannot be written.
void write_png(const std::filesystem::path& path, int width, int height, int channels, std::span<const uint8_t> bytes);

}  // namespace hourglass
