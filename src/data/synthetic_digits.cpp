#include "data/synthetic_digits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/random.h"
#include "data/digit_strokes.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr int kSize = 28;
constexpr int kPixels = kSize * kSize;
constexpr int kNumClasses = 10;

/// Streams of each set: one per image, and one per ten images for the order of their classes.
enum class StreamUse : uint64_t { kImage, kOrder };
RandomStream stream(uint64_t seed, DigitPart part, StreamUse use, int64_t index) {
  const uint64_t prefix = static_cast<uint64_t>(part) << 63 | static_cast<uint64_t>(use) << 62;
  return {seed, RandomPurpose::kSyntheticDigits, prefix | static_cast<uint64_t>(index)};
}

/// Smooth random displacement of the plane: a cubic Bezier tensor product over the unit square
/// (Sederberg and Parry 1986, "Free-form deformation of solid geometric models").
class ElasticDeformation {
 public:
  ElasticDeformation(RandomStream& random, float strength) {
    for (auto& row : offsets_)
      for (Point& offset : row) offset = {random.uniform(-strength, strength), random.uniform(-strength, strength)};
  }
  Point operator()(Point p) const {
    const std::array<float, 4> across = bernstein(p.x), down = bernstein(p.y);
    for (size_t i = 0; i < 4; ++i) {
      for (size_t j = 0; j < 4; ++j) {
        p.x += down[i] * across[j] * offsets_[i][j].x;
        p.y += down[i] * across[j] * offsets_[i][j].y;
      }
    }
    return p;
  }

 private:
  static std::array<float, 4> bernstein(float t) {
    const float s = 1 - t;
    return {s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t};
  }
  std::array<std::array<Point, 4>, 4> offsets_;
};

/// Slant, scaling and rotation: maps the unit square to pixels, centered at 0.
struct LinearMap {
  explicit LinearMap(RandomStream& random) {
    const float height = random.uniform(16, 22);
    const float width = height * random.uniform(0.75f, 1.2f);
    const float slant = random.uniform(-0.2f, 0.45f);
    const float angle = random.uniform(-0.25f, 0.25f);
    const float cosine = std::cos(angle), sine = std::sin(angle);
    // rotation * slant (x increases toward the top) * scaling
    xx = cosine * width;
    xy = (-cosine * slant - sine) * height;
    yx = sine * width;
    yy = (-sine * slant + cosine) * height;
  }
  Point operator()(Point p) const {
    const float x = p.x - 0.5f, y = p.y - 0.5f;
    return {xx * x + xy * y, yx * x + yy * y};
  }
  float xx, xy, yx, yy;
};

/// Point of the pen path, in pixels, with half the line width.
struct PenPoint {
  float x, y, radius;
};

struct PenStroke {
  size_t num_points = 0;
  std::array<PenPoint, Stroke::kMaxPoints> points;
};

/// Strokes of a digit after all random deformations.
struct PenPath {
  size_t num_strokes = 0;
  std::array<PenStroke, Glyph::kMaxStrokes> strokes;
};

/// Half the width of the soft edge of a line, in pixels.
constexpr float kEdge = 0.65f;

/// Empty margin around a digit, in pixels.
constexpr float kMargin = 1.5f;

/// Calls `visit` for every point of the path.
template <typename Path, typename Visit>
void for_each_point(Path& path, Visit visit) {
  for (size_t s = 0; s < path.num_strokes; ++s)
    for (size_t i = 0; i < path.strokes[s].num_points; ++i) visit(path.strokes[s].points[i]);
}

/// Moves the path's center to the image center plus (dx, dy). Scales the path down if it is too large, and limits the
/// shift so that the path stays inside the image.
void place(PenPath& path, float dx, float dy) {
  float left = kSize, right = -kSize, top = kSize, bottom = -kSize, radius = 0;
  for_each_point(path, [&](const PenPoint& p) {
    left = std::min(left, p.x);
    right = std::max(right, p.x);
    top = std::min(top, p.y);
    bottom = std::max(bottom, p.y);
    radius = std::max(radius, p.radius);
  });
  const float room = kSize - 2 * (kMargin + radius);
  const float width = right - left, height = bottom - top;
  const float scale = std::min(1.0f, room / std::max(width, height));
  const float slack_x = std::max((room - scale * width) / 2, 0.0f);
  const float slack_y = std::max((room - scale * height) / 2, 0.0f);
  dx = kSize / 2.0f + std::clamp(dx, -slack_x, slack_x);
  dy = kSize / 2.0f + std::clamp(dy, -slack_y, slack_y);
  for_each_point(path, [&](PenPoint& p) {
    p.x = scale * (p.x - (left + right) / 2) + dx;
    p.y = scale * (p.y - (top + bottom) / 2) + dy;
  });
}

PenPath write_digit(int digit, RandomStream& random) {
  const std::span<const Glyph> glyphs = digit_glyphs(digit);
  const Glyph& glyph = glyphs[random.below(glyphs.size())];
  const ElasticDeformation deform(random, 0.32f);
  const LinearMap map(random);
  const float radius = random.uniform(0.7f, 1.7f);
  constexpr float kJitter = 0.02f, kPressure = 0.25f;

  PenPath path;
  path.num_strokes = glyph.num_strokes;
  for (size_t s = 0; s < path.num_strokes; ++s) {
    const std::span<const Point> points = glyph.strokes()[s].points();
    path.strokes[s].num_points = points.size();
    for (size_t i = 0; i < points.size(); ++i) {
      // Three numbers in [-1, 1) from one draw: 11, 11 and 10 bits.
      const uint32_t bits = random.bits();
      const float jitter_x = static_cast<float>(bits >> 21) * 0x1p-10f - 1;
      const float jitter_y = static_cast<float>(bits >> 10 & 0x7FF) * 0x1p-10f - 1;
      const float pressure = static_cast<float>(bits & 0x3FF) * 0x1p-9f - 1;
      const Point p = map(deform({points[i].x + kJitter * jitter_x, points[i].y + kJitter * jitter_y}));
      path.strokes[s].points[i] = {p.x, p.y, radius * (1 + kPressure * pressure)};
    }
  }
  const float dx = random.uniform(-4, 4), dy = random.uniform(-4, 4);
  place(path, dx, dy);
  return path;
}

/// Image of ink values: 0 no ink, 1 full ink.
class Canvas {
 public:
  /// Draws the curve through the stroke's points (Catmull and Rom 1974) as line segments of about 2.5 pixels.
  void draw(const PenStroke& stroke) {
    const auto& p = stroke.points;
    const size_t last = stroke.num_points - 1;
    for (size_t i = 0; i < last; ++i) {
      const PenPoint &a = p[i], &b = p[i + 1];
      const PenPoint before = i > 0 ? p[i - 1] : mirrored(b, a), after = i + 1 < last ? p[i + 2] : mirrored(a, b);
      const float length = std::abs(b.x - a.x) + std::abs(b.y - a.y);
      const bool is_straight = stroke.num_points == 2;
      const int num_segments = is_straight ? 1 : std::clamp(static_cast<int>(length * 0.4f) + 1, 1, 6);
      PenPoint from = a;
      for (int k = 1; k <= num_segments; ++k) {
        const PenPoint to =
            k == num_segments ? b
                              : on_curve(before, a, b, after, static_cast<float>(k) / static_cast<float>(num_segments));
        draw_segment(from, to);
        from = to;
      }
    }
  }

  /// Writes ink times `brightness` plus uniform noise of up to +-`noise_level`, in units of 1/255.
  void expose(float brightness, float noise_level, RandomStream& random, uint8_t* pixels) const {
    const float noise_step = noise_level / 127.5f, offset = 0.5f - noise_level;
    const Floats black = all(0), white = all(255), full = all(1);
    for (const Floats& ink : ink_) {
      // The four bytes of one draw are the noise of four pixels.
      const uint32_t bits = random.bits();
      const Ints noise = {static_cast<int>(bits & 0xFF), static_cast<int>(bits >> 8 & 0xFF),
                          static_cast<int>(bits >> 16 & 0xFF), static_cast<int>(bits >> 24)};
      const Floats value =
          smaller(ink, full) * brightness + __builtin_convertvector(noise, Floats) * noise_step + offset;
      const Ints clipped = __builtin_convertvector(smaller(larger(value, black), white), Ints);
      for (int k = 0; k < kLanes; ++k) *pixels++ = static_cast<uint8_t>(clipped[k]);
    }
  }

 private:
  // Computes four pixels at a time, with the vectors available on all x86-64 and 64-bit ARM machines.
  static constexpr int kLanes = 4;
  static constexpr int kBlocks = kSize / kLanes;  // per row
  static_assert(kSize % kLanes == 0);
  using Floats [[gnu::vector_size(4 * kLanes)]] = float;
  using Ints [[gnu::vector_size(4 * kLanes)]] = int;
  static Floats all(float value) { return Floats{} + value; }
  static Floats smaller(Floats a, Floats b) { return a < b ? a : b; }
  static Floats larger(Floats a, Floats b) { return a > b ? a : b; }

  static PenPoint mirrored(const PenPoint& p, const PenPoint& center) {
    return {2 * center.x - p.x, 2 * center.y - p.y, center.radius};
  }
  static PenPoint on_curve(const PenPoint& p0, const PenPoint& p1, const PenPoint& p2, const PenPoint& p3, float t) {
    const auto cubic = [t](float a, float b, float c, float d) {
      return b + 0.5f * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
    };
    return {cubic(p0.x, p1.x, p2.x, p3.x), cubic(p0.y, p1.y, p2.y, p3.y), p1.radius + t * (p2.radius - p1.radius)};
  }

  /// Draws a segment. Ink decreases from 1 to 0 between the squared distances (radius - kEdge)^2 and (radius + kEdge)^2
  /// from the segment.
  void draw_segment(const PenPoint& a, const PenPoint& b) {
    const float radius = 0.5f * (a.radius + b.radius), reach = radius + kEdge;
    const float core = std::max(radius - kEdge, 0.0f);
    const float outer = reach * reach, per_square = 1 / (outer - core * core);
    const float dx = b.x - a.x, dy = b.y - a.y;
    const float per_length = 1 / std::max(dx * dx + dy * dy, 1e-6f);

    const int left = first_pixel(std::min(a.x, b.x) - reach) / kLanes;
    const int right = last_pixel(std::max(a.x, b.x) + reach) / kLanes;
    const int top = first_pixel(std::min(a.y, b.y) - reach), bottom = last_pixel(std::max(a.y, b.y) + reach);
    const Floats zero = all(0), one = all(1), centers = Floats{0.5f, 1.5f, 2.5f, 3.5f} - a.x;
    for (int y = top; y <= bottom; ++y) {
      const float py = static_cast<float>(y) + 0.5f - a.y;
      for (int block = left; block <= right; ++block) {
        const Floats px = centers + static_cast<float>(block * kLanes);
        const Floats along = smaller(larger((px * dx + py * dy) * per_length, zero), one);
        const Floats ex = px - along * dx, ey = py - along * dy;
        Floats& ink = ink_[static_cast<size_t>(y * kBlocks + block)];
        ink = larger(ink, (outer - ex * ex - ey * ey) * per_square);
      }
    }
  }
  static int first_pixel(float position) { return std::clamp(static_cast<int>(position), 0, kSize - 1); }
  static int last_pixel(float position) { return std::clamp(static_cast<int>(position), -1, kSize - 1); }

  std::array<Floats, kSize * kBlocks> ink_{};  // row-major
};

void draw_digit(int digit, RandomStream random, uint8_t* pixels) {
  const PenPath path = write_digit(digit, random);
  Canvas canvas;
  for (size_t s = 0; s < path.num_strokes; ++s) canvas.draw(path.strokes[s]);

  const float brightness = 255 * random.uniform(0.65f, 1.05f);
  const float noise_level = random.uniform(0, 9);
  canvas.expose(brightness, noise_level, random, pixels);
}

std::array<int, kNumClasses> class_order(RandomStream random) {
  std::array<int, kNumClasses> order;
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
  return order;
}

}  // namespace

Dataset synthetic_digits(int64_t count, uint64_t seed, DigitPart part, const Context& context) {
  if (count < 1)
    throw Error(ErrorKind::kUsage, fmt::format("Cannot generate {} synthetic digits; at least 1 was expected.", count));
  std::vector<uint8_t> values(static_cast<size_t>(count * kPixels));
  std::vector<int32_t> labels(static_cast<size_t>(count));
  const int64_t num_tens = (count + kNumClasses - 1) / kNumClasses;
#pragma omp parallel for num_threads(num_threads(context)) schedule(static)
  for (int64_t ten = 0; ten < num_tens; ++ten) {
    const auto order = class_order(stream(seed, part, StreamUse::kOrder, ten));
    const int64_t begin = ten * kNumClasses, end = std::min(begin + kNumClasses, count);
    for (int64_t i = begin; i < end; ++i) {
      const int digit = order[static_cast<size_t>(i - begin)];
      labels[static_cast<size_t>(i)] = digit;
      draw_digit(digit, stream(seed, part, StreamUse::kImage, i), &values[static_cast<size_t>(i * kPixels)]);
    }
  }
  return Dataset("synthetic-digits", {kSize, kSize, 1}, std::move(values), std::move(labels));
}

}  // namespace hourglass
