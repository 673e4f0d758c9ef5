#pragma once
// A small built-in font for labels on pictures: printable ASCII, glyphs 5 pixels wide.

namespace hourglass {

inline constexpr int kGlyphWidth = 5;
inline constexpr int kGlyphHeight = 9;   ///< seven rows above the baseline, two below
inline constexpr int kGlyphAdvance = 6;  ///< distance from one character to the next

/// Whether the pixel in column x and row y (from the top left) of a character is drawn. Characters outside printable
/// ASCII are drawn as '?'.
bool glyph_pixel(char character, int x, int y);

}  // namespace hourglass
