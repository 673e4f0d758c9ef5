#pragma once
// A small built-in font for labels on pictures: printable ASCII, 5 pixels wide.

namespace hourglass {

inline constexpr int kGlyphWidth = 5;
inline constexpr int kGlyphHeight = 9;   ///< seven rows above the base line, two below
inline constexpr int kGlyphAdvance = 6;  ///< from one character to the next

/// Whether the pixel in column x and row y (from the top left) of a character is ink. Characters that are not
/// printable ASCII look like '?'.
bool glyph_pixel(char character, int x, int y);

}  // namespace hourglass
