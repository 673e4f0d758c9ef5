#include "report/picture_sheet.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "formats/png.h"

namespace hourglass {
namespace {

// Approximate width of a sheet in pixels. Every browser can decode this size.
constexpr int64_t kSheetWidth = 1024;

std::vector<uint8_t> to_bytes(const Tensor& samples, const ValueRange& range) {
  std::vector<uint8_t> bytes(static_cast<size_t>(samples.size()));
  const auto low = static_cast<float>(range.low), scale = static_cast<float>(255 / std::max(range.width(), 1e-12));
  std::ranges::transform(samples.values(), bytes.begin(), [&](float value) {
    const float scaled = (value - low) * scale;
    return static_cast<uint8_t>(scaled > 0 ? std::min(scaled, 255.0f) + 0.5f : 0.0f);
  });
  return bytes;
}

}  // namespace

Shape tile_shape(const Shape& sample_shape) {
  return is_image(sample_shape) ? sample_shape : Shape{1, num_elements(sample_shape), 1};
}

Tensor values_of_pictures(const Tensor& samples, const ValueRange& range) {
  Tensor values(samples.shape());
  std::ranges::transform(to_bytes(samples, range), values.data(),
                         [&](uint8_t byte) { return static_cast<float>(range.low + byte / 255.0 * range.width()); });
  return values;
}

PictureSheet picture_sheet(const Tensor& samples, const ValueRange& range) {
  PictureSheet sheet{tile_shape({samples.shape().begin() + 1, samples.shape().end()}), samples.rows(), 1, ""};
  if (sheet.count == 0) return sheet;
  const int64_t width = sheet.tile[1], height = sheet.tile[0], channels = sheet.tile[2];
  sheet.columns = std::clamp<int64_t>(kSheetWidth / width, 1, sheet.count);
  const int64_t bands = (sheet.count + sheet.columns - 1) / sheet.columns;
  const int64_t row_size = width * channels, line = sheet.columns * row_size;
  std::vector<uint8_t> pixels(static_cast<size_t>(bands * height * line));
  const std::vector<uint8_t> bytes = to_bytes(samples, range);
  for (int64_t i = 0; i < sheet.count; ++i) {
    uint8_t* corner = pixels.data() + (i / sheet.columns) * height * line + (i % sheet.columns) * row_size;
    for (int64_t y = 0; y < height; ++y)
      std::copy_n(bytes.data() + (i * height + y) * row_size, row_size, corner + y * line);
  }
  sheet.png = encode_png(static_cast<int>(sheet.columns * width), static_cast<int>(bands * height),
                         static_cast<int>(channels), pixels);
  return sheet;
}

}  // namespace hourglass
