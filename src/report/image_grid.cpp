#include "report/image_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/brightness.h"
#include "formats/png.h"
#include "hourglass/error.h"
#include "report/bitmap_font.h"

namespace hourglass {
namespace {

using Color = std::array<uint8_t, 3>;
constexpr uint8_t kBackground = 255;
constexpr Color kText{40, 44, 52};
constexpr int kLabelHeight = kGlyphHeight + 4;  // three pixels of space above, one below

/// Sizes in pixels of the drawn grid.
struct Layout {
  int rows, count;     // image rows, and pictures in each
  int columns, bands;  // pictures side by side, and how often all rows wrap
  int cell_width, cell_height;
  int gap, border, text_scale;
  int top;                    // top of the first band
  std::vector<int> row_tops;  // tops of the cells, relative to their band
  int band_height;            // including the space below
  int total_width, total_height;
};

void check(const std::vector<ImageRow>& rows, const ImageGridOptions& options) {
  const auto fail = [](const std::string& found) {
    throw Error(ErrorKind::kUsage, fmt::format("Cannot draw the image grid: {}.", found));
  };
  if (options.scale < 1 || options.columns < 1)
    fail(fmt::format("scale {} and columns {} must be at least 1", options.scale, options.columns));
  if (rows.empty()) fail("there are no rows");
  for (const ImageRow& row : rows) {
    const Shape& shape = row.images.shape();
    if (shape.size() != 4 || row.images.size() == 0 || (shape[3] != 1 && shape[3] != 3))
      fail(fmt::format("row '{}' has shape {}; {{count, height, width, 1 or 3}} was expected", row.label,
                       to_string(shape)));
    if (shape[0] != rows[0].images.rows())
      fail(fmt::format("row '{}' has {} pictures, but row '{}' has {}", row.label, shape[0], rows[0].label,
                       rows[0].images.rows()));
  }
}

int text_width(const std::string& text, int text_scale) {
  return text.empty() ? 0 : (static_cast<int>(text.size()) * kGlyphAdvance - 1) * text_scale;
}

Layout make_layout(const std::vector<ImageRow>& rows, const ImageGridOptions& options) {
  check(rows, options);
  // The last row sets the cell size. Rows above can have another size, for example the inputs.
  const Shape& shape = rows.back().images.shape();
  // Larger than any screen, and small enough that no size below overflows. The padding covers gap, border and label.
  constexpr double kMostPixels = 1 << 28, kPadding = 40;
  const auto padded = [&](int64_t size) { return static_cast<double>(size) * options.scale + kPadding; };
  if (static_cast<double>(rows.size()) * static_cast<double>(shape[0]) * padded(shape[1]) * padded(shape[2]) >
      kMostPixels)
    throw Error(ErrorKind::kUsage,
                fmt::format("Cannot draw the image grid: {} rows of {} at scale {} are too many pixels. Choose fewer "
                            "pictures or a smaller scale.",
                            rows.size(), to_string(shape), options.scale));
  Layout layout{};
  layout.rows = static_cast<int>(rows.size());
  layout.count = static_cast<int>(shape[0]);
  layout.columns = std::min(options.columns, layout.count);
  layout.bands = (layout.count + layout.columns - 1) / layout.columns;
  layout.cell_height = static_cast<int>(shape[1]) * options.scale;
  layout.cell_width = static_cast<int>(shape[2]) * options.scale;
  layout.text_scale = options.scale > 1 ? 2 : 1;
  layout.gap = 2 * layout.text_scale;
  layout.border = 5 * layout.text_scale;
  layout.top = layout.border;

  int longest_label = 0;
  for (const ImageRow& row : rows) {
    const int label_height = row.label.empty() ? 0 : kLabelHeight * layout.text_scale;
    // A single row that wraps gets its label only once.
    (layout.rows == 1 ? layout.top : layout.band_height) += label_height;
    layout.row_tops.push_back(layout.band_height);
    layout.band_height += layout.cell_height + layout.gap;
    longest_label = std::max(longest_label, text_width(row.label, layout.text_scale));
  }
  if (layout.rows > 1) layout.band_height += layout.border;
  const int pictures_width = layout.columns * (layout.cell_width + layout.gap) - layout.gap;
  layout.total_width = 2 * layout.border + std::max(pictures_width, longest_label);
  layout.total_height = layout.top + layout.bands * layout.band_height - layout.gap;
  if (layout.rows == 1) layout.total_height += layout.border;
  return layout;
}

/// Source pixels [begin, end) that one drawn pixel covers.
struct Covered {
  int begin, end;
};

/// Which of `size` source pixels are covered by pixel i of `drawn` pixels.
Covered covered(int i, int drawn, int size) {
  const auto from = static_cast<int64_t>(i) * size, to = from + size;
  return {static_cast<int>(from / drawn), static_cast<int>((to + drawn - 1) / drawn)};
}

/// Mean of channel c over pixels of {height, width, channels} values in [0, 1], as a byte. NaN counts as black.
uint8_t mean_byte(std::span<const float> values, Covered rows, Covered columns, int width, int channels, int c) {
  float sum = 0;
  for (int y = rows.begin; y < rows.end; ++y) {
    for (int x = columns.begin; x < columns.end; ++x) {
      const float value = values[(static_cast<size_t>(y) * width + x) * channels + c];
      sum += value > 0 ? std::min(value, 1.0f) : 0;
    }
  }
  const int pixels = (rows.end - rows.begin) * (columns.end - columns.begin);
  return to_byte(sum / static_cast<float>(pixels));
}

/// An RGB picture to draw on.
class Canvas {
 public:
  Canvas(int width, int height) : width_(width), bytes_(static_cast<size_t>(width) * height * 3, kBackground) {}

  void set(int x, int y, const Color& color) { std::ranges::copy(color, at(x, y)); }

  void write(const std::string& text, int left, int top, int text_scale) {
    for (char character : text) {
      for (int y = 0; y < kGlyphHeight * text_scale; ++y)
        for (int x = 0; x < kGlyphWidth * text_scale; ++x)
          if (glyph_pixel(character, x / text_scale, y / text_scale)) set(left + x, top + y, kText);
      left += kGlyphAdvance * text_scale;
    }
  }

  /// Draws picture `i` as large as its cell allows. Each drawn pixel is the mean of the pixels it covers.
  void draw(const Tensor& images, int64_t i, const Layout& layout, int left, int top) {
    const auto height = static_cast<int>(images.shape()[1]), width = static_cast<int>(images.shape()[2]),
               channels = static_cast<int>(images.shape()[3]);
    const double scale =
        std::min(static_cast<double>(layout.cell_width) / width, static_cast<double>(layout.cell_height) / height);
    const int drawn_width = std::max(1, static_cast<int>(std::lround(width * scale))),
              drawn_height = std::max(1, static_cast<int>(std::lround(height * scale)));
    left += (layout.cell_width - drawn_width) / 2;
    top += (layout.cell_height - drawn_height) / 2;
    for (int y = 0; y < drawn_height; ++y) {
      const Covered rows = covered(y, drawn_height, height);
      for (int x = 0; x < drawn_width; ++x) {
        const Covered columns = covered(x, drawn_width, width);
        uint8_t* pixel = at(left + x, top + y);
        for (int c = 0; c < 3; ++c)
          pixel[c] = mean_byte(images.row(i), rows, columns, width, channels, channels == 3 ? c : 0);
      }
    }
  }

  std::vector<uint8_t> take_bytes() { return std::move(bytes_); }

 private:
  uint8_t* at(int x, int y) { return &bytes_[(static_cast<size_t>(y) * width_ + x) * 3]; }

  int width_;
  std::vector<uint8_t> bytes_;
};

}  // namespace

DrawnGrid draw_image_grid(const std::vector<ImageRow>& rows, const ImageGridOptions& options) {
  const Layout layout = make_layout(rows, options);
  Canvas canvas(layout.total_width, layout.total_height);
  for (int band = 0; band < layout.bands; ++band) {
    const int band_top = layout.top + band * layout.band_height;
    const int begin = band * layout.columns, end = std::min(begin + layout.columns, layout.count);
    for (int r = 0; r < layout.rows; ++r) {
      const ImageRow& row = rows[static_cast<size_t>(r)];
      const int top = band_top + layout.row_tops[static_cast<size_t>(r)];
      if (band == 0 || layout.rows > 1)
        canvas.write(row.label, layout.border, top - (kGlyphHeight + 1) * layout.text_scale, layout.text_scale);
      for (int i = begin; i < end; ++i)
        canvas.draw(row.images, i, layout, layout.border + (i - begin) * (layout.cell_width + layout.gap), top);
    }
  }
  return {layout.total_width, layout.total_height, canvas.take_bytes()};
}

void write_image_grid(const std::filesystem::path& path, const std::vector<ImageRow>& rows,
                      const ImageGridOptions& options) {
  const DrawnGrid grid = draw_image_grid(rows, options);
  write_png(path, grid.width, grid.height, 3, grid.rgb);
}

}  // namespace hourglass
