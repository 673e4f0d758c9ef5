#include "report/picture_sheet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "formats/image.h"

namespace hourglass {
namespace {

using testing::ElementsAre;

DecodedImage decode(const std::string& png) { return decode_image(png, "the sheet"); }

TEST(PictureSheet, PutsTilesSideBySide) {
  Tensor samples({3, 2, 1, 1});
  for (int i = 0; i < 6; ++i) samples.data()[i] = static_cast<float>(i) / 255;
  const PictureSheet sheet = picture_sheet(samples);
  EXPECT_THAT(sheet.tile, ElementsAre(2, 1, 1));
  EXPECT_EQ(sheet.count, 3);
  EXPECT_EQ(sheet.columns, 3);
  const DecodedImage image = decode(sheet.png);
  EXPECT_EQ(image.width, 3);
  EXPECT_EQ(image.height, 2);
  EXPECT_THAT(image.bytes, ElementsAre(0, 2, 4, 1, 3, 5));
}

TEST(PictureSheet, WrapsWideSheets) {
  Tensor samples({3, 1, 500, 1});
  samples.data()[1000] = 1;
  const PictureSheet sheet = picture_sheet(samples);
  EXPECT_EQ(sheet.columns, 2);
  const DecodedImage image = decode(sheet.png);
  EXPECT_EQ(image.width, 1000);
  EXPECT_EQ(image.height, 2);
  EXPECT_EQ(image.bytes[1000], 255) << "the third tile's first pixel";
}

TEST(PictureSheet, ScalesTheRangeAndClips) {
  Tensor samples({1, 1, 5, 1});
  const float values[] = {-1, 0, 1, 7, NAN};
  std::copy(values, values + 5, samples.data());
  EXPECT_THAT(decode(picture_sheet(samples, {-1, 1}).png).bytes, ElementsAre(0, 128, 255, 255, 0));
}

TEST(PictureSheet, GivesItsValuesBackAs256Levels) {
  const Tensor samples({1, 5}, std::vector<float>{-3, -1, 0.001f, 0.5f, 7});
  const Tensor values = values_of_pictures(samples, {-1, 1});
  for (const auto& [i, expected] :
       {std::pair{0, -1.0}, {1, -1.0}, {2, 128 * 2 / 255.0 - 1}, {3, 191 * 2 / 255.0 - 1}, {4, 1.0}})
    EXPECT_NEAR(values.data()[i], expected, 1e-6) << i;
}

TEST(PictureSheet, KeepsColors) {
  Tensor samples({1, 1, 2, 3});
  samples.data()[1] = samples.data()[5] = 1;
  const DecodedImage image = decode(picture_sheet(samples).png);
  EXPECT_EQ(image.channels, 3);
  EXPECT_THAT(image.bytes, ElementsAre(0, 255, 0, 0, 0, 255));
}

TEST(PictureSheet, WrapsTilesThatAreWide) {
  Tensor samples({2, 2500});
  samples.data()[2500 + 1024] = samples.data()[2500 + 2499] = 1;
  const PictureSheet sheet = picture_sheet(samples);
  EXPECT_THAT(sheet.tile, ElementsAre(1, 2500, 1));
  EXPECT_EQ(sheet.cell_width, 1024);
  const DecodedImage image = decode(sheet.png);
  EXPECT_EQ(image.width, 1024);
  EXPECT_EQ(image.height, 6) << "three lines for each of two tiles";
  EXPECT_EQ(image.bytes[4 * 1024], 255) << "the second line of the second tile";
  EXPECT_EQ(image.bytes[5 * 1024 + 451], 255) << "its last value";
}

TEST(PictureSheet, AveragesSamplesOfVeryManyValues) {
  EXPECT_EQ(block_size({256, 256, 1}), 1);
  EXPECT_EQ(block_size({65536}), 1);
  EXPECT_EQ(block_size({300, 500, 3}), 3);
  EXPECT_EQ(block_size({70000}), 2);
  Tensor rows({1, 65537});
  rows.data()[0] = rows.data()[1] = rows.data()[2] = rows.data()[65536] = 1;
  const PictureSheet sheet = picture_sheet(rows);
  EXPECT_THAT(sheet.tile, ElementsAre(1, 32769, 1));
  const DecodedImage image = decode(sheet.png);
  EXPECT_THAT(std::vector<uint8_t>(image.bytes.begin(), image.bytes.begin() + 3), ElementsAre(255, 128, 0));
  EXPECT_EQ(image.bytes[32768], 255) << "the last block has one value";

  Tensor picture({1, 3, 40000, 3});
  for (int64_t i = 0; i < picture.size(); i += 3) picture.data()[i] = 1;
  const DecodedImage red = decode(picture_sheet(picture).png);
  EXPECT_THAT(std::vector<uint8_t>(red.bytes.begin(), red.bytes.begin() + 6), ElementsAre(255, 0, 0, 255, 0, 0));
}

TEST(PictureSheet, FitsIntoACanvas) {
  for (const Shape& shape : {Shape{1000000}, {40000, 1, 1}, {2, 33000, 1}, {9000, 50, 3}, {1, 90000, 3}, {129, 500, 1}})
    for (const int64_t n : {1, 40}) {
      Shape samples = shape;
      samples.insert(samples.begin(), n);
      const PictureSheet sheet = picture_sheet(Tensor(samples));
      const DecodedImage image = decode(sheet.png);
      EXPECT_LT(std::max(image.width, image.height), 32768) << to_string(samples);
      EXPECT_LE(num_elements(sheet.tile), 65536) << to_string(samples);
    }
}

TEST(PictureSheet, MakesOneRowOfSamplesThatAreNotImages) {
  EXPECT_THAT(tile_shape({28, 28, 3}), ElementsAre(28, 28, 3));
  EXPECT_THAT(tile_shape({30}), ElementsAre(1, 30, 1));
  EXPECT_THAT(tile_shape({4, 5, 2}), ElementsAre(1, 40, 1));
}

}  // namespace
}  // namespace hourglass
