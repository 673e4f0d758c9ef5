#pragma once
// Encodes pictures for terminals.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hourglass/tensor.h"

namespace hourglass {

/// A PNG in the kitty graphics protocol (https://sw.kovidgoyal.net/kitty/graphics-protocol).
std::string kitty_picture(std::string_view png);

/// A PNG in the iTerm2 image protocol (https://iterm2.com/documentation-images.html).
std::string iterm_picture(std::string_view png);

/// Row-major RGB pixels as DEC sixels (VT330/VT340 Programmer Reference, volume 2, chapter 14). Gray pictures use 64
/// grays, others a cube of 6 x 7 x 6 colors.
std::string sixel_picture(int width, int height, std::span<const uint8_t> rgb);

/// Pictures [begin, end) of {n, height, width, 1 or 3} values in [0, 1] side by side, as lines of text. Each character
/// shows two pixels, one above the other. Without colors, five block shades are used, the full block for white.
std::string half_block_pictures(const Tensor& images, int64_t begin, int64_t end, bool colored);

}  // namespace hourglass
