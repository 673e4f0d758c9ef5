#include "report/scatter_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/error.h"
#include "report/bitmap_font.h"
#include "report/class_colors.h"
#include "report/markup.h"

namespace hourglass {
namespace {

constexpr Color kText = {0x33, 0x33, 0x33}, kLine = {0xdd, 0xdd, 0xdd};

// Sizes in pixels.
constexpr int kWidth = 1000, kHeight = 800, kLeft = 90, kRight = 190, kTop = 70, kBottom = 70, kFontScale = 2;
constexpr int kLegendStep = 24;
constexpr size_t kMostInLegend = 26;
constexpr double kOpacity = 0.7;

/// Position in the plot, and numbers along an axis.
struct Scale {
  double low = 0, high = 1;
  int from = 0, to = 1;
  double place(double value) const { return from + (value - low) / (high - low) * (to - from); }
  std::vector<double> ticks() const {
    const double rough = (high - low) / 6, power = std::pow(10, std::floor(std::log10(rough)));
    const double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
    std::vector<double> values;
    for (double value = std::ceil(low / step) * step; value <= high + 1e-9 * step; value += step)
      values.push_back(std::abs(value) < 1e-9 * step ? 0 : value);
    return values;
  }
};

Scale scale_of(const Tensor& points, size_t column, int from, int to) {
  double low = points.values()[column], high = low;
  for (int64_t i = 0; i < points.rows(); ++i) {
    const double value = points.row(i)[column];
    if (!std::isfinite(value))
      throw Error(ErrorKind::kData, fmt::format("Point {} has a value that is not finite; it cannot be drawn.", i));
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const double margin = high > low ? 0.03 * (high - low) : 0.5;
  return {low - margin, high + margin, from, to};
}

/// What both forms of the plot are drawn from.
struct Layout {
  explicit Layout(const ScatterPlot& of_plot) : plot(of_plot) {
    check();
    x = scale_of(plot.points, 0, kLeft, kWidth - kRight);
    y = scale_of(plot.points, 1, kHeight - kBottom, kTop);
    // All classes, also those without a point: the color of a class depends on their number.
    if (!plot.labels.empty())
      num_classes = std::max(plot.class_names.size(), static_cast<size_t>(std::ranges::max(plot.labels)) + 1);
    radius = plot.points.rows() > 3000 ? 2.5 : plot.points.rows() > 500 ? 3.5 : 5;
  }
  void check() const {
    if (plot.points.rows() == 0 || plot.points.row_size() != 2)
      throw Error(ErrorKind::kUsage, fmt::format("A scatter plot needs points in two dimensions; these are {}.",
                                                 to_string(plot.points.shape())));
    if (!plot.labels.empty() && static_cast<int64_t>(plot.labels.size()) != plot.points.rows())
      throw Error(ErrorKind::kUsage,
                  fmt::format("There are {} points and {} labels.", plot.points.rows(), plot.labels.size()));
  }
  Color color(int64_t i) const {
    return plot.labels.empty() ? class_color(0, 1)
                               : class_color(static_cast<size_t>(plot.labels[static_cast<size_t>(i)]), num_classes);
  }
  std::string class_name(size_t label) const {
    return label < plot.class_names.size() ? plot.class_names[label] : std::to_string(label);
  }
  /// Names in the legend; the last says how many are left out.
  std::vector<std::string> legend() const {
    std::vector<std::string> names;
    for (size_t label = 0; label < std::min(num_classes, kMostInLegend); ++label) names.push_back(class_name(label));
    if (num_classes > kMostInLegend) names.push_back(fmt::format("and {} more", num_classes - kMostInLegend));
    return names;
  }

  const ScatterPlot& plot;
  Scale x, y;
  size_t num_classes = 0;
  double radius = 3;
};

/// An RGB picture that shapes are painted on.
class Canvas {
 public:
  Canvas() : grid_{kWidth, kHeight, std::vector<uint8_t>(static_cast<size_t>(kWidth) * kHeight * 3, 255)} {}

  void blend(int column, int row, Color color, double opacity) {
    if (column < 0 || row < 0 || column >= kWidth || row >= kHeight) return;
    uint8_t* pixel = grid_.rgb.data() + (static_cast<size_t>(row) * kWidth + static_cast<size_t>(column)) * 3;
    const uint8_t channels[] = {color.r, color.g, color.b};
    for (int c = 0; c < 3; ++c)
      pixel[c] = static_cast<uint8_t>(std::lround(pixel[c] + (channels[c] - pixel[c]) * opacity));
  }
  /// Antialiased: pixels at the edge are covered in part.
  void disk(double x, double y, double radius, Color color, double opacity) {
    for (int row = static_cast<int>(y - radius - 1); row <= y + radius + 1; ++row)
      for (int column = static_cast<int>(x - radius - 1); column <= x + radius + 1; ++column)
        blend(column, row, color, opacity * std::clamp(radius + 0.5 - std::hypot(column - x, row - y), 0.0, 1.0));
  }
  void rectangle(int left, int top, int right, int bottom, Color color) {
    for (int row = top; row <= bottom; ++row)
      for (int column = left; column <= right; ++column) blend(column, row, color, 1);
  }
  void text(int left, int top, const std::string& words) {
    for (size_t i = 0; i < words.size(); ++i)
      for (int row = 0; row < kGlyphHeight; ++row)
        for (int column = 0; column < kGlyphWidth; ++column)
          if (glyph_pixel(words[i], column, row)) {
            const int at = left + (static_cast<int>(i) * kGlyphAdvance + column) * kFontScale,
                      down = top + row * kFontScale;
            rectangle(at, down, at + kFontScale - 1, down + kFontScale - 1, kText);
          }
  }
  static int width(const std::string& words) { return static_cast<int>(words.size()) * kGlyphAdvance * kFontScale; }
  DrawnGrid take() { return std::move(grid_); }

 private:
  DrawnGrid grid_;
};

std::string tick_text(double value) { return fmt::format("{:.4g}", value); }

/// The words, cut to the space at the right of the plot.
std::string cut(const std::string& words) {
  constexpr size_t kMost = (kRight - 40) / (kGlyphAdvance * kFontScale);
  return words.size() <= kMost ? words : words.substr(0, kMost - 2) + "..";
}

std::string hex(Color color) { return fmt::format("#{:02x}{:02x}{:02x}", color.r, color.g, color.b); }

}  // namespace

DrawnGrid draw_scatter_plot(const ScatterPlot& plot) {
  const Layout layout(plot);
  Canvas canvas;
  constexpr int kTextHeight = 7 * kFontScale;
  for (const double tick : layout.x.ticks()) {
    const int at = static_cast<int>(std::lround(layout.x.place(tick)));
    canvas.rectangle(at, kTop, at, kHeight - kBottom, kLine);
    canvas.text(at - Canvas::width(tick_text(tick)) / 2, kHeight - kBottom + 10, tick_text(tick));
  }
  for (const double tick : layout.y.ticks()) {
    const int at = static_cast<int>(std::lround(layout.y.place(tick)));
    canvas.rectangle(kLeft, at, kWidth - kRight, at, kLine);
    canvas.text(kLeft - 10 - Canvas::width(tick_text(tick)), at - kTextHeight / 2, tick_text(tick));
  }
  for (int64_t i = 0; i < plot.points.rows(); ++i)
    canvas.disk(layout.x.place(plot.points.row(i)[0]), layout.y.place(plot.points.row(i)[1]), layout.radius,
                layout.color(i), kOpacity);
  canvas.text(kLeft, 16, plot.title);
  canvas.text((kLeft + kWidth - kRight - Canvas::width(plot.x_name)) / 2, kHeight - 30, plot.x_name);
  canvas.text(8, kTop - 12 - kTextHeight, plot.y_name);
  const std::vector<std::string> legend = layout.legend();
  for (size_t i = 0; i < legend.size(); ++i) {
    const int top = kTop + static_cast<int>(i) * kLegendStep;
    if (i < layout.num_classes && i < kMostInLegend)
      canvas.disk(kWidth - kRight + 22, top + 8, 6, class_color(i, layout.num_classes), 1);
    canvas.text(kWidth - kRight + 36, top, cut(legend[i]));
  }
  return canvas.take();
}

std::string scatter_plot_svg(const ScatterPlot& plot) {
  const Layout layout(plot);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "font-family=\"sans-serif\" font-size=\"15\" fill=\"{2}\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n",
      kWidth, kHeight, hex(kText));
  const auto text = [&](double x, double y, const char* anchor, const std::string& words) {
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                       escape_markup(words));
  };
  const auto line = [&](double x1, double y1, double x2, double y2) {
    svg += fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" stroke=\"{}\"/>\n", x1, y1, x2, y2, hex(kLine));
  };
  for (const double tick : layout.x.ticks()) {
    line(layout.x.place(tick), kTop, layout.x.place(tick), kHeight - kBottom);
    text(layout.x.place(tick), kHeight - kBottom + 22, "middle", tick_text(tick));
  }
  for (const double tick : layout.y.ticks()) {
    line(kLeft, layout.y.place(tick), kWidth - kRight, layout.y.place(tick));
    text(kLeft - 10, layout.y.place(tick) + 5, "end", tick_text(tick));
  }
  for (int64_t i = 0; i < plot.points.rows(); ++i)
    svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\" fill-opacity=\"{}\"/>\n",
                       layout.x.place(plot.points.row(i)[0]), layout.y.place(plot.points.row(i)[1]), layout.radius,
                       hex(layout.color(i)), kOpacity);
  text(kLeft, 30, "start", plot.title);
  text((kLeft + kWidth - kRight) / 2.0, kHeight - 20, "middle", plot.x_name);
  text(10, kTop - 14, "start", plot.y_name);
  const std::vector<std::string> legend = layout.legend();
  for (size_t i = 0; i < legend.size(); ++i) {
    const double y = kTop + static_cast<double>(i) * kLegendStep + 8;
    if (i < layout.num_classes && i < kMostInLegend)
      svg += fmt::format("<circle cx=\"{}\" cy=\"{:.1f}\" r=\"6\" fill=\"{}\"/>\n", kWidth - kRight + 22, y,
                         hex(class_color(i, layout.num_classes)));
    text(kWidth - kRight + 36, y + 5, "start", legend[i]);
  }
  return svg + "</svg>\n";
}

}  // namespace hourglass
