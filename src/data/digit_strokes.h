#pragma once
// Pen strokes of the ten digits.

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>

namespace hourglass {

/// x to the right, y down. A digit is about 1 high, with its center at (0.5, 0.5).
struct Point {
  float x, y;
};

/// A pen stroke: a smooth curve through its points.
struct Stroke {
  static constexpr size_t kMaxPoints = 13;
  constexpr Stroke() = default;
  constexpr Stroke(std::initializer_list<Point> list) : num_points(list.size()) {
    std::copy(list.begin(), list.end(), storage.begin());
  }
  constexpr std::span<const Point> points() const { return std::span(storage).first(num_points); }

  size_t num_points = 0;
  std::array<Point, kMaxPoints> storage{};
};

/// One way to write a digit. A stroke that starts at the end of another one makes a corner.
struct Glyph {
  static constexpr size_t kMaxStrokes = 3;
  constexpr Glyph() = default;
  constexpr Glyph(std::initializer_list<Stroke> list) : num_strokes(list.size()) {
    std::copy(list.begin(), list.end(), storage.begin());
  }
  constexpr std::span<const Stroke> strokes() const { return std::span(storage).first(num_strokes); }

  size_t num_strokes = 0;
  std::array<Stroke, kMaxStrokes> storage{};
};

/// The ways to write `digit` (0..9), all equally likely.
std::span<const Glyph> digit_glyphs(int digit);

}  // namespace hourglass
