#pragma once
// PNG images of 8 bits a channel, written; formats/image.h reads them.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace hourglass {

/// The bytes of a PNG file: rows from top to bottom, channels interleaved (grey, grey + alpha, RGB or RGBA). Throws
/// Error(kUsage) where the sizes and the number of bytes do not fit.
std::string encode_png(int width, int height, int channels, std::span<const uint8_t> bytes);

/// Writes them through a temporary name. Throws the same, and Error(kIo) where the file cannot be written.
void write_png(const std::filesystem::path& path, int width, int height, int channels, std::span<const uint8_t> bytes);

}  // namespace hourglass
