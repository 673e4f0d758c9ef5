#include "report/picture_sheet.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/brightness.h"
#include "formats/png.h"

namespace hourglass {
namespace {

// Approximate width of a sheet in pixels.
constexpr int64_t kSheetWidth = 1024;
// Limits on the values of a tile and on the sides of one that is drawn as an image. They keep a page below 100 MB, and
// each canvas below 32,767 pixels, which is the limit of Firefox.
constexpr int64_t kMostTileValues = 1 << 16, kMostSide = 4096;

int64_t div_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Height, width and channels of a picture with one pixel per value.
Shape pixels_of(const Shape& sample_shape) {
  return is_image(sample_shape) ? sample_shape : Shape{1, num_elements(sample_shape), 1};
}

Shape reduced(const Shape& pixels, int64_t block) {
  return {div_up(pixels[0], block), div_up(pixels[1], block), pixels[2]};
}

bool fits(const Shape& tile) {
  const auto [shorter, longer] = std::minmax(tile[0], tile[1]);
  return num_elements(tile) <= kMostTileValues && (shorter == 1 || longer <= kMostSide);
}

/// Samples {n} + pixels as {n} + tile: the means over squares of pixels. Those at the right and lower edge can be
/// smaller.
Tensor averaged(const Tensor& samples, const Shape& pixels, int64_t block) {
  if (block == 1) return samples;
  const Shape tile = reduced(pixels, block);
  const int64_t channels = tile[2];
  Tensor means({samples.rows(), tile[0], tile[1], channels});
  float* to = means.data();
  for (int64_t i = 0; i < samples.rows(); ++i) {
    const float* sample = samples.row(i).data();
    for (int64_t top = 0; top < pixels[0]; top += block)
      for (int64_t left = 0; left < pixels[1]; left += block)
        for (int64_t c = 0; c < channels; ++c) {
          const int64_t bottom = std::min(top + block, pixels[0]), right = std::min(left + block, pixels[1]);
          double sum = 0;
          for (int64_t y = top; y < bottom; ++y)
            for (int64_t x = left; x < right; ++x)
              sum += static_cast<double>(sample[(y * pixels[1] + x) * channels + c]);
          *to++ = static_cast<float>(sum / static_cast<double>((bottom - top) * (right - left)));
        }
  }
  return means;
}

std::vector<uint8_t> to_bytes(const Tensor& samples, const ValueRange& range) {
  std::vector<uint8_t> bytes(static_cast<size_t>(samples.size()));
  const auto low = static_cast<float>(range.low), scale = static_cast<float>(1 / std::max(range.width(), 1e-12));
  std::ranges::transform(samples.values(), bytes.begin(), [&](float value) { return to_byte((value - low) * scale); });
  return bytes;
}

}  // namespace

int64_t block_size(const Shape& sample_shape) {
  const Shape pixels = pixels_of(sample_shape);
  int64_t block = 1;
  while (!fits(reduced(pixels, block))) ++block;
  return block;
}

Shape tile_shape(const Shape& sample_shape) { return reduced(pixels_of(sample_shape), block_size(sample_shape)); }

Tensor values_of_pictures(const Tensor& samples, const ValueRange& range) {
  Tensor values(samples.shape());
  std::ranges::transform(to_bytes(samples, range), values.data(),
                         [&](uint8_t byte) { return static_cast<float>(range.low + byte / 255.0 * range.width()); });
  return values;
}

PictureSheet picture_sheet(const Tensor& samples, const ValueRange& range) {
  const Shape sample_shape{samples.shape().begin() + 1, samples.shape().end()};
  PictureSheet sheet{tile_shape(sample_shape), samples.rows(), 1, 1, ""};
  if (sheet.count == 0) return sheet;
  const int64_t channels = sheet.tile[2], size = num_elements(sheet.tile);
  sheet.cell_width = std::max(sheet.tile[0], sheet.tile[1]) > kSheetWidth ? kSheetWidth : sheet.tile[1];
  const int64_t cell_height = div_up(size, sheet.cell_width * channels);
  sheet.columns = std::clamp<int64_t>(kSheetWidth / sheet.cell_width, 1, sheet.count);
  const int64_t bands = div_up(sheet.count, sheet.columns);
  const int64_t row_size = sheet.cell_width * channels, line = sheet.columns * row_size;
  std::vector<uint8_t> pixels(static_cast<size_t>(bands * cell_height * line));
  const std::vector<uint8_t> bytes =
      to_bytes(averaged(samples, pixels_of(sample_shape), block_size(sample_shape)), range);
  for (int64_t i = 0; i < sheet.count; ++i) {
    uint8_t* corner = pixels.data() + (i / sheet.columns) * cell_height * line + (i % sheet.columns) * row_size;
    for (int64_t begin = 0; begin < size; begin += row_size, corner += line)
      std::copy_n(bytes.data() + i * size + begin, std::min(row_size, size - begin), corner);
  }
  sheet.png = encode_png(static_cast<int>(sheet.columns * sheet.cell_width), static_cast<int>(bands * cell_height),
                         static_cast<int>(channels), pixels);
  return sheet;
}

}  // namespace hourglass
