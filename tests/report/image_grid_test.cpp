#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "formats/image.h"
#include "hourglass/image.h"
#include "report/bitmap_font.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

Tensor filled(const Shape& shape, float value) {
  Tensor tensor(shape);
  std::ranges::fill(tensor.values(), value);
  return tensor;
}

DecodedImage draw(const std::vector<ImageRow>& rows, const ImageGridOptions& options) {
  const TemporaryFolder folder;
  write_image_grid(folder / "grid.png", rows, options);
  return read_image(folder / "grid.png");
}

/// Number of pixels with a color, and their bounding box.
struct Area {
  int count = 0, left = 1 << 30, top = 1 << 30, right = -1, bottom = -1;
};
Area area_of(const DecodedImage& image, std::array<uint8_t, 3> color) {
  Area area;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      if (!std::equal(color.begin(), color.end(), &image.bytes[static_cast<size_t>((y * image.width + x) * 3)]))
        continue;
      ++area.count;
      area.left = std::min(area.left, x);
      area.top = std::min(area.top, y);
      area.right = std::max(area.right, x);
      area.bottom = std::max(area.bottom, y);
    }
  }
  return area;
}

constexpr std::array<uint8_t, 3> kBlack{0, 0, 0}, kGray{128, 128, 128}, kRed{255, 0, 0}, kText{40, 44, 52};

TEST(ImageGrid, EnlargesEveryPixelToASquare) {
  Tensor image({1, 2, 3, 1});
  std::ranges::fill(image.values(), 0.0f);
  image.data()[4] = 0.5f;  // second row, middle
  const DecodedImage grid = draw({{"", image}}, {.scale = 5, .columns = 4});
  EXPECT_EQ(grid.channels, 3);
  const Area gray = area_of(grid, kGray), black = area_of(grid, kBlack);
  EXPECT_EQ(gray.count, 25);
  EXPECT_EQ(black.count, 125);
  EXPECT_EQ(gray.right - gray.left, 4);
  EXPECT_EQ(gray.left - black.left, 5);
  EXPECT_EQ(gray.top - black.top, 5);
}

TEST(ImageGrid, SeparatesPicturesOnWhiteWithABorder) {
  const DecodedImage grid = draw({{"", filled({3, 4, 4, 1}, 0)}}, {.scale = 2, .columns = 8});
  const Area black = area_of(grid, kBlack);
  EXPECT_EQ(black.count, 3 * 64);
  EXPECT_GT(black.right - black.left + 1, 3 * 8);
  EXPECT_GT(black.left, 0);
  EXPECT_EQ(black.left, black.top);
  EXPECT_EQ(grid.width - 1 - black.right, black.left);
  EXPECT_EQ(grid.height - 1 - black.bottom, black.top);
  EXPECT_EQ(area_of(grid, {255, 255, 255}).count, grid.width * grid.height - black.count);
}

TEST(ImageGrid, WrapsAllRowsTogether) {
  const DecodedImage grid =
      draw({{"", filled({5, 4, 4, 1}, 0)}, {"", filled({5, 4, 4, 1}, 0.5f)}}, {.scale = 1, .columns = 3});
  EXPECT_EQ(area_of(grid, kBlack).count, 5 * 16);
  EXPECT_EQ(area_of(grid, kGray).count, 5 * 16);
  // Black, gray, black, gray from the top.
  EXPECT_LT(area_of(grid, kBlack).top, area_of(grid, kGray).top);
  EXPECT_LT(area_of(grid, kGray).top, area_of(grid, kBlack).bottom);
  EXPECT_LT(area_of(grid, kBlack).bottom, area_of(grid, kGray).bottom);
}

TEST(ImageGrid, WritesEachLabelAboveItsRow) {
  const DecodedImage grid = draw({{"Hjg", filled({4, 8, 8, 1}, 0)}}, {.scale = 2, .columns = 4});
  const Area text = area_of(grid, kText), black = area_of(grid, kBlack);
  int num_ink = 0;
  for (char c : {'H', 'j', 'g'})
    for (int y = 0; y < kGlyphHeight; ++y)
      for (int x = 0; x < kGlyphWidth; ++x) num_ink += glyph_pixel(c, x, y);
  EXPECT_EQ(text.count, 4 * num_ink);
  EXPECT_LT(text.bottom, black.top);
  EXPECT_EQ(text.left, black.left);
  EXPECT_GT(text.top, 0);
}

TEST(ImageGrid, WritesTheLabelOfAWrappedSingleRowOnce) {
  const auto draw_map = [](int columns) {
    return draw({{"Hjg", filled({9, 8, 8, 1}, 0)}}, {.scale = 2, .columns = columns});
  };
  const DecodedImage line = draw_map(9), square = draw_map(3);
  EXPECT_EQ(area_of(square, kText).count, area_of(line, kText).count);
  EXPECT_EQ(area_of(square, kText).bottom, area_of(line, kText).bottom);
  const Area black = area_of(square, kBlack);
  EXPECT_EQ(black.count, 9 * 256);
  EXPECT_EQ(black.bottom - black.top, black.right - black.left);
  EXPECT_EQ(square.height - 1 - black.bottom, black.left);
}

TEST(ImageGrid, IsWideEnoughForItsLabels) {
  const std::string label(40, 'W');
  const DecodedImage grid = draw({{label, filled({1, 2, 2, 1}, 0)}}, {.scale = 1, .columns = 1});
  const Area text = area_of(grid, kText);
  EXPECT_EQ(text.right - text.left + 1, 40 * kGlyphAdvance - 1);
  EXPECT_GT(grid.width - 1, text.right);
}

TEST(ImageGrid, DrawsColorAndClipsValues) {
  Tensor image({1, 1, 2, 3});
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const float values[] = {7, -1, 0, nan, -inf, 0};
  std::ranges::copy(values, image.data());
  const DecodedImage grid = draw({{"", image}}, {.scale = 1, .columns = 1});
  EXPECT_EQ(area_of(grid, kRed).count, 1);
  EXPECT_EQ(area_of(grid, kBlack).count, 1);
}

TEST(ImageGrid, ScalesPicturesToTheCellsOfTheLastRow) {
  Tensor coarse({1, 1, 2, 1}), fine({1, 4, 8, 3});
  coarse.data()[1] = 0.5f;
  for (int64_t i = 0; i < fine.size(); ++i) fine.data()[i] = i % 3 == 0;  // red
  const DecodedImage grid = draw({{"", fine}, {"", coarse}, {"", filled({1, 2, 4, 1}, 1)}}, {.scale = 3, .columns = 1});
  const Area red = area_of(grid, kRed), black = area_of(grid, kBlack), gray = area_of(grid, kGray);
  EXPECT_EQ(red.count, 6 * 12);
  EXPECT_EQ(red.right - red.left, 11);
  EXPECT_EQ(black.count, 6 * 6);
  EXPECT_EQ(gray.count, 6 * 6);
  EXPECT_EQ(black.left, red.left);
  EXPECT_EQ(gray.right, red.right);
}

TEST(ImageGrid, CentersAPictureOfAnotherAspectRatioInItsCell) {
  const DecodedImage grid =
      draw({{"", filled({1, 4, 2, 1}, 0)}, {"", filled({1, 4, 4, 1}, 0.5f)}}, {.scale = 2, .columns = 1});
  const Area black = area_of(grid, kBlack), gray = area_of(grid, kGray);
  EXPECT_EQ(black.count, 4 * 8);
  EXPECT_EQ(black.left, gray.left + 2);
  EXPECT_EQ(black.right, gray.right - 2);
}

TEST(ImageGrid, AveragesPixelsWhenDownscaling) {
  Tensor fine({1, 4, 4, 1});
  for (int64_t i = 0; i < fine.size(); ++i) fine.data()[i] = i % 2 ? 1.0f : 0.0f;
  const DecodedImage grid = draw({{"", fine}, {"", filled({1, 2, 2, 1}, 0)}}, {.scale = 1, .columns = 1});
  EXPECT_EQ(area_of(grid, kGray).count, 4);
}

TEST(ImageGrid, RejectsInvalidInput) {
  const auto expect_rejected = [](const std::vector<std::string>& parts, const std::vector<ImageRow>& rows,
                                  const ImageGridOptions& options = {}) {
    expect_error(ErrorKind::kUsage, parts, [&] { draw(rows, options); });
  };
  const Tensor image({2, 4, 4, 1});
  expect_rejected({"no rows"}, {});
  expect_rejected({"'flat'", "2x16"}, {{"flat", Tensor({2, 16})}});
  expect_rejected({"'two'", "2x4x4x2"}, {{"two", Tensor({2, 4, 4, 2})}});
  expect_rejected({"'none'", "0x4x4x1"}, {{"none", Tensor({0, 4, 4, 1})}});
  expect_rejected({"'more' has 3", "'first' has 2"}, {{"first", image}, {"more", Tensor({3, 4, 4, 1})}});
  expect_rejected({"'flat'", "2x4x5x2"}, {{"first", image}, {"flat", Tensor({2, 4, 5, 2})}});
  expect_rejected({"scale 0"}, {{"", image}}, {.scale = 0, .columns = 1});
  expect_rejected({"columns -1"}, {{"", image}}, {.scale = 1, .columns = -1});
  expect_rejected({"scale 2147483647", "too many pixels"}, {{"", image}}, {.scale = 2147483647, .columns = 1});
}

TEST(ImageGrid, NamesAnUnwritablePath) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kIo, {"nowhere"}, [&] {
    write_image_grid(folder / "nowhere" / "x.png", {{"", Tensor({1, 2, 2, 1})}});
  });
}

TEST(BitmapFont, DrawsEveryPrintableCharacterDifferently) {
  const auto pixels_of = [](char c) {
    std::string pixels;
    for (int y = 0; y < kGlyphHeight; ++y)
      for (int x = 0; x < kGlyphWidth; ++x) pixels += glyph_pixel(c, x, y) ? '#' : '.';
    return pixels;
  };
  for (char a = ' '; a <= '~'; ++a) {
    EXPECT_EQ(pixels_of(a).find('#') == std::string::npos, a == ' ') << a;
    for (char b = ' '; b < a; ++b) EXPECT_NE(pixels_of(a), pixels_of(b)) << a << b;
  }
  EXPECT_EQ(pixels_of('\n'), pixels_of('?'));
  EXPECT_EQ(pixels_of('\x80'), pixels_of('?'));
}

}  // namespace
}  // namespace hourglass
