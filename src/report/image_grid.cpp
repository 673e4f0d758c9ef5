#include "report/image_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "formats/png.h"
#include "hourglass/error.h"
#include "report/bitmap_font.h"

namespace hourglass {
namespace {

using Colour = std::array<uint8_t, 3>;
constexpr uint8_t kPaper = 255;
constexpr Colour kText{40, 44, 52};
constexpr int kLabelHeight = kGlyphHeight + 4;  // three pixels of air above, one below

/// Sizes in screen pixels.
struct Layout {
  int rows, count, height, width, channels;  // of the input: image rows, pictures in each, and a picture's shape
  int columns, bands;                        // pictures side by side; groups of all rows that continue below
  int scale, gap, border, text_scale;
  int top;                    // of the first band
  std::vector<int> row_tops;  // of the pictures, from the top of their band
  int band_height;            // with the space below it
  int total_width, total_height;

  int picture_width() const { return width * scale; }
  int picture_height() const { return height * scale; }
};

/// The shape all rows share, checked.
Shape common_shape(const std::vector<ImageRow>& rows, const ImageGridOptions& options) {
  const auto fail = [](const std::string& found) {
    throw Error(ErrorKind::kUsage, fmt::format("Cannot draw the image grid: {}.", found));
  };
  if (options.scale < 1 || options.columns < 1)
    fail(fmt::format("scale {} and columns {} must be at least 1", options.scale, options.columns));
  if (rows.empty()) fail("there are no rows");
  const Shape& shape = rows[0].images.shape();
  if (shape.size() != 4 || rows[0].images.size() == 0 || (shape[3] != 1 && shape[3] != 3))
    fail(fmt::format("row '{}' has shape {}; {{count, height, width, 1 or 3}} was expected", rows[0].label,
                     to_string(shape)));
  for (const ImageRow& row : rows)
    if (row.images.shape() != shape)
      fail(fmt::format("row '{}' has shape {}, but row '{}' has {}", row.label, to_string(row.images.shape()),
                       rows[0].label, to_string(shape)));
  return shape;
}

int text_width(const std::string& text, int text_scale) {
  return text.empty() ? 0 : (static_cast<int>(text.size()) * kGlyphAdvance - 1) * text_scale;
}

Layout make_layout(const std::vector<ImageRow>& rows, const ImageGridOptions& options) {
  const Shape shape = common_shape(rows, options);
  // Far beyond any screen, and small enough that no size below overflows. The padding covers gap, border and label.
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
  layout.height = static_cast<int>(shape[1]);
  layout.width = static_cast<int>(shape[2]);
  layout.channels = static_cast<int>(shape[3]);
  layout.columns = std::min(options.columns, layout.count);
  layout.bands = (layout.count + layout.columns - 1) / layout.columns;
  layout.scale = options.scale;
  layout.text_scale = options.scale > 1 ? 2 : 1;
  layout.gap = 2 * layout.text_scale;
  layout.border = 5 * layout.text_scale;
  layout.top = layout.border;

  int longest_label = 0;
  for (const ImageRow& row : rows) {
    const int label_height = row.label.empty() ? 0 : kLabelHeight * layout.text_scale;
    // One row that continues is one picture with a title.
    (layout.rows == 1 ? layout.top : layout.band_height) += label_height;
    layout.row_tops.push_back(layout.band_height);
    layout.band_height += layout.picture_height() + layout.gap;
    longest_label = std::max(longest_label, text_width(row.label, layout.text_scale));
  }
  if (layout.rows > 1) layout.band_height += layout.border;
  const int pictures_width = layout.columns * (layout.picture_width() + layout.gap) - layout.gap;
  layout.total_width = 2 * layout.border + std::max(pictures_width, longest_label);
  layout.total_height = layout.top + layout.bands * layout.band_height - layout.gap;
  if (layout.rows == 1) layout.total_height += layout.border;
  return layout;
}

/// An RGB picture to draw on.
class Paper {
 public:
  Paper(int width, int height) : width_(width), bytes_(static_cast<size_t>(width) * height * 3, kPaper) {}

  void fill(int left, int top, int size, const Colour& colour) {
    for (int y = top; y < top + size; ++y)
      for (int x = left; x < left + size; ++x)
        std::copy(colour.begin(), colour.end(), &bytes_[(static_cast<size_t>(y) * width_ + x) * 3]);
  }

  void write(const std::string& text, int left, int top, int text_scale) {
    for (char character : text) {
      for (int y = 0; y < kGlyphHeight; ++y)
        for (int x = 0; x < kGlyphWidth; ++x)
          if (glyph_pixel(character, x, y)) fill(left + x * text_scale, top + y * text_scale, text_scale, kText);
      left += kGlyphAdvance * text_scale;
    }
  }

  /// `values`: {height, width, channels} in [0, 1].
  void draw(std::span<const float> values, const Layout& layout, int left, int top) {
    // A value that is not a number becomes black.
    const auto byte = [](float value) {
      return static_cast<uint8_t>(value > 0 ? std::min(value, 1.0f) * 255 + 0.5f : 0);
    };
    const float* value = values.data();
    for (int y = 0; y < layout.height; ++y) {
      for (int x = 0; x < layout.width; ++x, value += layout.channels) {
        const Colour colour = layout.channels == 3 ? Colour{byte(value[0]), byte(value[1]), byte(value[2])}
                                                   : Colour{byte(value[0]), byte(value[0]), byte(value[0])};
        fill(left + x * layout.scale, top + y * layout.scale, layout.scale, colour);
      }
    }
  }

  std::vector<uint8_t> take_bytes() { return std::move(bytes_); }

 private:
  int width_;
  std::vector<uint8_t> bytes_;
};

}  // namespace

DrawnGrid draw_image_grid(const std::vector<ImageRow>& rows, const ImageGridOptions& options) {
  const Layout layout = make_layout(rows, options);
  Paper paper(layout.total_width, layout.total_height);
  for (int band = 0; band < layout.bands; ++band) {
    const int band_top = layout.top + band * layout.band_height;
    const int begin = band * layout.columns, end = std::min(begin + layout.columns, layout.count);
    for (int r = 0; r < layout.rows; ++r) {
      const ImageRow& row = rows[static_cast<size_t>(r)];
      const int top = band_top + layout.row_tops[static_cast<size_t>(r)];
      if (band == 0 || layout.rows > 1)
        paper.write(row.label, layout.border, top - (kGlyphHeight + 1) * layout.text_scale, layout.text_scale);
      for (int i = begin; i < end; ++i)
        paper.draw(row.images.row(i), layout, layout.border + (i - begin) * (layout.picture_width() + layout.gap), top);
    }
  }
  return {layout.total_width, layout.total_height, paper.take_bytes()};
}

void write_image_grid(const std::filesystem::path& path, const std::vector<ImageRow>& rows,
                      const ImageGridOptions& options) {
  const DrawnGrid grid = draw_image_grid(rows, options);
  write_png(path, grid.width, grid.height, 3, grid.rgb);
}

}  // namespace hourglass
