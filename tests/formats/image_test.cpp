#include "formats/image.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "support/expect_error.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

using namespace std::string_literals;

std::vector<uint8_t> counting_bytes(size_t count, int step) {
  std::vector<uint8_t> bytes(count);
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(i * static_cast<size_t>(step));
  return bytes;
}

void expect_image(const std::string& name, int channels, const std::vector<uint8_t>& bytes) {
  const DecodedImage image = read_image(test_file("image/" + name));
  EXPECT_EQ(image.width, 6) << name;
  EXPECT_EQ(image.height, 4) << name;
  EXPECT_EQ(image.channels, channels) << name;
  EXPECT_EQ(image.bytes, bytes) << name;
}

TEST(Image, ReadsLosslessFormatsExactly) {
  for (const char* name : {"grey.png", "grey.pgm"}) expect_image(name, 1, counting_bytes(24, 10));
  for (const char* name : {"colour.png", "colour.bmp", "colour.ppm"}) expect_image(name, 3, counting_bytes(72, 3));
}

TEST(Image, ReadsSixteenBitsAsEight) { expect_image("deep.png", 1, counting_bytes(24, 10)); }

TEST(Image, KeepsAnAlphaChannel) {
  const DecodedImage image = read_image(test_file("image/grey_alpha.png"));
  ASSERT_EQ(image.channels, 2);
  for (size_t i = 0; i < 24; ++i) {
    EXPECT_EQ(image.bytes[2 * i], static_cast<uint8_t>(10 * i));
    EXPECT_EQ(image.bytes[2 * i + 1], 255);
  }
}

TEST(Image, ReadsAPaletteAsColours) { EXPECT_EQ(read_image(test_file("image/palette.png")).channels, 3); }

TEST(Image, ReadsJpegWithinItsLoss) {
  for (const char* name : {"flat.jpg", "progressive.jpg"}) {
    const DecodedImage image = read_image(test_file(std::string("image/") + name));
    ASSERT_EQ(image.bytes.size(), 17u * 9u * 3u);
    for (size_t i = 0; i < image.bytes.size(); ++i)
      EXPECT_NEAR(image.bytes[i], (std::vector<int>{200, 100, 50}[i % 3]), 2) << name;
  }
  const DecodedImage grey = read_image(test_file("image/flat_grey.jpeg"));
  ASSERT_EQ(grey.channels, 1);
  for (uint8_t value : grey.bytes) EXPECT_NEAR(value, 77, 2);
}

class CutImage : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Format, CutImage,
                         testing::Values("grey.png", "colour.png", "palette.png", "flat.jpg", "progressive.jpg",
                                         "flat_grey.jpeg", "colour.bmp", "grey.pgm", "colour.ppm"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

TEST_P(CutImage, IsRefusedWhereverItIsCut) {
  const std::string name = GetParam(), bytes = test_bytes("image/" + name);
  // A PNG ends in a chunk of 12 bytes that says nothing.
  const size_t needed = bytes.starts_with("\x89PNG") ? bytes.size() - 12 : bytes.size();
  for (size_t size = 0; size < needed; ++size)
    expect_error(ErrorKind::kData, {name}, [&] { decode_image(std::string_view(bytes).substr(0, size), name); });
}

TEST(BrokenImage, IsRefusedByItsFirstBytes) {
  expect_error(ErrorKind::kData, {"x.png", "it is empty"}, [] { decode_image("", "x.png"); });
  expect_error(ErrorKind::kData, {"x.png"}, [] { decode_image("no image at all", "x.png"); });
  expect_error(ErrorKind::kData, {"x.jpg", "first bytes"},
               [] { decode_image("\xff\xff" + test_bytes("image/flat.jpg"), "x.jpg"); });
  expect_error(ErrorKind::kData, {"x.gif"}, [] { decode_image("GIF89a\x04\0\x04\0\0\0\0;"s, "x.gif"); });
}

TEST(BrokenImage, RefusesMorePixelsThanTheFileCanHold) {
  std::string png = test_bytes("image/grey.png");
  png.replace(16, 8, "\x00\x00\x40\x00\x00\x00\x40\x00"s);  // IHDR: 16384 x 16384
  expect_error(ErrorKind::kData, {"16384x16384"}, [&] { decode_image(png, "x.png"); });
  std::string bmp = test_bytes("image/colour.bmp");
  bmp.replace(18, 8, "\x00\x40\x00\x00\x00\x40\x00\x00"s);
  expect_error(ErrorKind::kData, {"16384x16384"}, [&] { decode_image(bmp, "x.bmp"); });
  expect_error(ErrorKind::kData, {"8 digits"}, [] { decode_image("P5 4444444444 4 255\nabc", "x.pgm"); });
  expect_error(ErrorKind::kData, {"9000x9000"}, [] { decode_image("P5 9000 9000 255\nabc", "x.pgm"); });
  std::string jpeg = test_bytes("image/flat_grey.jpeg");
  const size_t frame = jpeg.find("\xff\xc0");
  jpeg.replace(frame + 5, 4, "\x40\x00\x40\x00"s);
  expect_error(ErrorKind::kData, {"16384x16384"}, [&] { decode_image(jpeg, "x.jpg"); });
}

TEST(BrokenImage, RefusesHuffmanTablesThatOverflowTheDecoder) {
  std::string jpeg = test_bytes("image/flat_grey.jpeg");
  const size_t table = jpeg.find("\xff\xc4");
  for (size_t i = 5; i < 21; ++i) jpeg[table + i] = '\xff';  // 4,080 codes
  expect_error(ErrorKind::kData, {"x.jpg", "damaged"}, [&] { decode_image(jpeg, "x.jpg"); });
}

TEST(BrokenImage, NamesAMissingFile) {
  expect_error(ErrorKind::kIo, {"nowhere.png"}, [] { read_image("nowhere.png"); });
}

}  // namespace
}  // namespace hourglass
