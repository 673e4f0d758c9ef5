#pragma once
// Pictures as what terminals understand.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hourglass/tensor.h"

namespace hourglass {

/// A PNG for kitty and those that follow its graphics protocol (https://sw.kovidgoyal.net/kitty/graphics-protocol).
std::string kitty_picture(std::string_view png);

/// A PNG for iTerm2 and those that follow it (https://iterm2.com/documentation-images.html).
std::string iterm_picture(std::string_view png);

/// RGB pixels, rows from top to bottom, as DEC's sixels (VT330/VT340 Programmer Reference, volume 2, chapter 14): grey
/// pictures in 64 greys, others in a cube of 6 x 7 x 6 colours.
std::string sixel_picture(int width, int height, std::span<const uint8_t> rgb);

/// Pictures [begin, end) of {n, height, width, 1 or 3} values in [0, 1] side by side, as lines of text: each character
/// is two pixels above each other. Without colours, five shades of block, the fullest for white.
std::string half_block_pictures(const Tensor& images, int64_t begin, int64_t end, bool coloured);

}  // namespace hourglass
