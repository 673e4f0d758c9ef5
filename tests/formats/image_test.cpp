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
  for (const char* name : {"gray.png", "gray.pgm"}) expect_image(name, 1, counting_bytes(24, 10));
  for (const char* name : {"color.png", "color.bmp", "color.ppm"}) expect_image(name, 3, counting_bytes(72, 3));
}

TEST(Image, ReadsSixteenBits) {
  const DecodedImage image = read_image(test_file("image/deep.png"));
  ASSERT_TRUE(image.is_deep());
  EXPECT_EQ(image.deep.size(), 24u);
  EXPECT_EQ(with_bytes(image).bytes, counting_bytes(24, 10));
}

TEST(Image, ReadsTiffOfEightAndSixteenBits) {
  expect_image("gray.tif", 1, counting_bytes(24, 10));
  expect_image("white.tif", 1, counting_bytes(24, 10));
  expect_image("color.tif", 3, counting_bytes(72, 3));
  const DecodedImage deep = read_image(test_file("image/deep.tif"));
  EXPECT_EQ(deep.deep, read_image(test_file("image/deep.png")).deep);
  const DecodedImage turned = read_image(test_file("image/turned.tif"));
  EXPECT_EQ(turned.deep, upright(deep, 6).deep);
  EXPECT_EQ(turned.width, 4);
  const DecodedImage tiles = read_image(test_file("image/tiles.tif"));
  ASSERT_EQ(tiles.deep.size(), 400u);
  for (size_t i = 0; i < 400; ++i) EXPECT_EQ(tiles.deep[i], 100 * i);
  const std::string stack = test_bytes("image/stack.tif");
  EXPECT_EQ(image_info(stack, "x").pages, 3);
  EXPECT_EQ(decode_image(stack, "x", 2).deep, (std::vector<uint16_t>{2000, 2001, 2002, 2003, 2004, 2005}));
}

TEST(Image, ReadsOtherTiffAsColor) {
  const DecodedImage palette = read_image(test_file("image/palette.tif"));
  EXPECT_EQ(palette.bytes, read_image(test_file("image/palette.png")).bytes);
  EXPECT_EQ(read_image(test_file("image/cmyk.tif")).channels, 3);
  expect_error(ErrorKind::kData, {"floats.tif", "floating-point", "npy"},
               [] { read_image(test_file("image/floats.tif")); });
}

TEST(Image, HeadersGiveTheUprightSize) {
  for (const char* name : {"turned.jpg", "turned.tif", "color.png", "gray.pgm", "color.bmp", "deep.png", "stack.tif"}) {
    const std::string bytes = test_bytes(std::string("image/") + name);
    const ImageInfo info = image_info(bytes, name);
    const DecodedImage image = decode_image(bytes, name);
    EXPECT_EQ(info.width, image.width) << name;
    EXPECT_EQ(info.height, image.height) << name;
    EXPECT_EQ(info.channels, image.channels) << name;
    EXPECT_EQ(info.is_deep, image.is_deep()) << name;
  }
}

TEST(BrokenImage, DamagedBitOfAPngIsNoticed) {
  const std::string png = test_bytes("image/gray.png");
  for (size_t bit = 0; bit < 8 * png.size(); ++bit) {
    std::string damaged = png;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_THROW(decode_image(damaged, "x.png"), Error) << bit;
  }
}

TEST(BrokenImage, TruncatedOrDamagedTiffIsAnErrorOrAnImage) {
  for (const char* name : {"gray.tif", "stack.tif", "tiles.tif", "palette.tif"}) {
    const std::string bytes = test_bytes(std::string("image/") + name);
    for (size_t size = 0; size < bytes.size(); size += 3)
      EXPECT_THROW(
          {
            const std::string_view cut = std::string_view(bytes).substr(0, size);
            for (int page = 0; page < 3; ++page) decode_image(cut, name, page);
          },
          Error)
          << name << " " << size;
  }
}

TEST(Image, KeepsAnAlphaChannel) {
  const DecodedImage image = read_image(test_file("image/gray_alpha.png"));
  ASSERT_EQ(image.channels, 2);
  for (size_t i = 0; i < 24; ++i) {
    EXPECT_EQ(image.bytes[2 * i], static_cast<uint8_t>(10 * i));
    EXPECT_EQ(image.bytes[2 * i + 1], 255);
  }
}

TEST(Image, ReadsAPaletteAsColors) { EXPECT_EQ(read_image(test_file("image/palette.png")).channels, 3); }

TEST(Image, ReadsJpegWithinItsCompressionError) {
  for (const char* name : {"flat.jpg", "progressive.jpg"}) {
    const DecodedImage image = read_image(test_file(std::string("image/") + name));
    ASSERT_EQ(image.bytes.size(), 17u * 9u * 3u);
    for (size_t i = 0; i < image.bytes.size(); ++i)
      EXPECT_NEAR(image.bytes[i], (std::vector<int>{200, 100, 50}[i % 3]), 2) << name;
  }
  const DecodedImage gray = read_image(test_file("image/flat_gray.jpeg"));
  ASSERT_EQ(gray.channels, 1);
  for (uint8_t value : gray.bytes) EXPECT_NEAR(value, 77, 2);
}

// Inserts an Exif segment with byte order `order` after the start marker.
std::string with_orientation(const std::string& jpeg, const std::string& order, uint8_t value) {
  const auto number = [&](uint8_t low, size_t size) {
    std::string bytes(size, '\0');
    bytes[order == "MM" ? size - 1 : 0] = static_cast<char>(low);
    return bytes;
  };
  std::string tag = number(0x12, 2);
  tag[order == "MM" ? 0 : 1] = '\x01';
  const std::string other = number(0x0F, 2) + number(2, 2) + number(1, 4) + number(0, 4);
  const std::string exif = "Exif\0\0"s + order + number(42, 2) + number(8, 4) + number(2, 2) + other + tag +
                           number(3, 2) + number(1, 4) + number(value, 2) + number(0, 2) + number(0, 4);
  return jpeg.substr(0, 2) + "\xFF\xE1\0"s + static_cast<char>(exif.size() + 2) + exif + jpeg.substr(2);
}

// Returns the values of the blocks of 8x8 pixels, row by row.
std::vector<std::vector<int>> blocks(const DecodedImage& image) {
  std::vector<std::vector<int>> rows;
  for (int y = 4; y < image.height; y += 8) {
    rows.emplace_back();
    for (int x = 4; x < image.width; x += 8)
      rows.back().push_back((image.bytes[static_cast<size_t>(y * image.width + x)] + 20) / 40 * 40);
  }
  return rows;
}

using Blocks = std::vector<std::vector<int>>;

TEST(Image, AppliesTheExifOrientation) {
  const std::string upright = test_bytes("image/blocks.jpg");
  const Blocks seen[] = {{{0, 40, 80}, {120, 160, 200}},   {{80, 40, 0}, {200, 160, 120}},
                         {{200, 160, 120}, {80, 40, 0}},   {{120, 160, 200}, {0, 40, 80}},
                         {{0, 120}, {40, 160}, {80, 200}}, {{120, 0}, {160, 40}, {200, 80}},
                         {{200, 80}, {160, 40}, {120, 0}}, {{80, 200}, {40, 160}, {0, 120}}};
  EXPECT_EQ(blocks(decode_image(upright, "x")), seen[0]);
  for (const char* order : {"MM", "II"})
    for (uint8_t value = 1; value <= 8; ++value)
      EXPECT_EQ(blocks(decode_image(with_orientation(upright, order, value), "x")), seen[value - 1])
          << order << int{value};
  EXPECT_EQ(blocks(read_image(test_file("image/turned.jpg"))), seen[5]) << "written by another program";
}

TEST(Image, IgnoresAnInvalidOrientation) {
  const std::string upright = test_bytes("image/blocks.jpg");
  const auto is_upright = [&](const std::string& jpeg) {
    return blocks(decode_image(jpeg, "x")) == blocks(decode_image(upright, "x"));
  };
  EXPECT_TRUE(is_upright(with_orientation(upright, "MM", 0)));
  EXPECT_TRUE(is_upright(with_orientation(upright, "MM", 9)));
  EXPECT_TRUE(is_upright(with_orientation(upright, "XX", 6)));
  const std::string turned = with_orientation(upright, "MM", 6);
  const auto changed = [&](size_t position, const std::string& bytes) {
    return std::string(turned).replace(position, bytes.size(), bytes);
  };
  constexpr size_t kTiff = 12;  // after the markers, the length and "Exif"
  EXPECT_FALSE(is_upright(changed(kTiff + 2, "\0\x2A"s)));
  EXPECT_TRUE(is_upright(changed(kTiff + 2, "\0\x2B"s))) << "no TIFF";
  EXPECT_TRUE(is_upright(changed(kTiff + 4, "\xFF\xFF\xFF\xFF"))) << "a directory after the end of the file";
  EXPECT_TRUE(is_upright(changed(kTiff + 4, "\0\0\0\x28"s))) << "entries after the end of the file";
  EXPECT_FALSE(is_upright(changed(kTiff + 8, "\xFF\xFF"))) << "fewer entries after the tag than declared";
}

class CutImage : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Format, CutImage,
                         testing::Values("gray.png", "color.png", "palette.png", "flat.jpg", "progressive.jpg",
                                         "flat_gray.jpeg", "turned.jpg", "color.bmp", "gray.pgm", "color.ppm"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

TEST_P(CutImage, IsRejectedIfItIsTruncatedAnywhere) {
  const std::string name = GetParam(), bytes = test_bytes("image/" + name);
  for (size_t size = 0; size < bytes.size(); ++size)
    expect_error(ErrorKind::kData, {name}, [&] { decode_image(std::string_view(bytes).substr(0, size), name); });
}

TEST(BrokenImage, IsRejectedByItsFirstBytes) {
  expect_error(ErrorKind::kData, {"x.png", "it is empty"}, [] { decode_image("", "x.png"); });
  expect_error(ErrorKind::kData, {"x.png"}, [] { decode_image("no image at all", "x.png"); });
  expect_error(ErrorKind::kData, {"x.jpg", "first bytes"},
               [] { decode_image("\xff\xff" + test_bytes("image/flat.jpg"), "x.jpg"); });
  expect_error(ErrorKind::kData, {"x.gif"}, [] { decode_image("GIF89a\x04\0\x04\0\0\0\0;"s, "x.gif"); });
}

TEST(BrokenImage, RejectsMorePixelsThanTheFileCanContain) {
  std::string png = test_bytes("image/gray.png");
  png.replace(16, 8, "\x00\x00\x40\x00\x00\x00\x40\x00"s);  // IHDR: 16384 x 16384
  expect_error(ErrorKind::kData, {"16384x16384"}, [&] { image_info(png, "x.png"); });
  std::string bmp = test_bytes("image/color.bmp");
  bmp.replace(18, 8, "\x00\x40\x00\x00\x00\x40\x00\x00"s);
  expect_error(ErrorKind::kData, {"16384x16384"}, [&] { decode_image(bmp, "x.bmp"); });
  expect_error(ErrorKind::kData, {"8 digits"}, [] { decode_image("P5 4444444444 4 255\nabc", "x.pgm"); });
  expect_error(ErrorKind::kData, {"9000x9000"}, [] { decode_image("P5 9000 9000 255\nabc", "x.pgm"); });
  std::string jpeg = test_bytes("image/flat_gray.jpeg");
  const size_t frame = jpeg.find("\xff\xc0");
  jpeg.replace(frame + 5, 4, "\x40\x00\x40\x00"s);
  expect_error(ErrorKind::kData, {"16384x16384"}, [&] { decode_image(jpeg, "x.jpg"); });
}

TEST(BrokenImage, RejectsAChunkLargerThanTheFile) {
  expect_error(ErrorKind::kData, {"x.png", "truncated or damaged"},
               [] { decode_image(test_bytes("image/large_chunk.png"), "x.png"); });
}

TEST(BrokenImage, RejectsHuffmanTablesThatOverflowTheDecoder) {
  std::string jpeg = test_bytes("image/flat_gray.jpeg");
  const size_t table = jpeg.find("\xff\xc4");
  for (size_t i = 5; i < 21; ++i) jpeg[table + i] = '\xff';  // 4,080 codes
  expect_error(ErrorKind::kData, {"x.jpg", "damaged"}, [&] { decode_image(jpeg, "x.jpg"); });
  expect_error(ErrorKind::kData, {"x.jpg"}, [&] { image_info(jpeg, "x.jpg"); });
  expect_error(ErrorKind::kData, {"x.jpg"}, [] { image_info(test_bytes("image/overflowing_codes.jpg"), "x.jpg"); });
}

TEST(BrokenImage, ErrorNamesAMissingFile) {
  expect_error(ErrorKind::kIo, {"nowhere.png"}, [] { read_image("nowhere.png"); });
}

}  // namespace
}  // namespace hourglass
