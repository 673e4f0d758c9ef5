#pragma once
// How a pen draws the ten digits.

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>

namespace hourglass {

/// x to the right, y downwards; a digit is about 1 high, with its centre at (0.5, 0.5).
struct Point {
  float x, y;
};

/// A pen stroke: the smooth curve through its points.
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

/// One way to write a digit. Strokes that start where another ends make a corner.
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

/// The ways to write `digit` (0..9), each as common as the others.
std::span<const Glyph> digit_glyphs(int digit);

}  // namespace hourglass
