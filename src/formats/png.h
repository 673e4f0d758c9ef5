#pragma once
// Writes PNG images with 8 bits per channel; formats/image.h reads them.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace hourglass {

/// Returns the bytes of a PNG file. `bytes`: rows from top to bottom, channels interleaved (gray, gray + alpha, RGB or
/// RGBA). Throws Error(kUsage) if the number of bytes does not match the sizes.
std::string encode_png(int width, int height, int channels, std::span<const uint8_t> bytes);

/// Writes a PNG file atomically. Throws as encode_png, and Error(kIo) if the file cannot be written.
void write_png(const std::filesystem::path& path, int width, int height, int channels, std::span<const uint8_t> bytes);

}  // namespace hourglass
