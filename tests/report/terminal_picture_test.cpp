#include "report/terminal_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <vector>

#include "formats/base64.h"

namespace hourglass {
namespace {

using testing::HasSubstr;

TEST(KittyPicture, IsSplitIntoChunks) {
  const std::string png(10000, '\x89');
  const std::string text = kitty_picture(png);
  const std::regex chunk("\x1b_G([^;]*);([^\x1b]*)\x1b\\\\");
  std::string joined;
  std::vector<std::string> controls;
  for (std::sregex_iterator match(text.begin(), text.end(), chunk), end; match != end; ++match) {
    controls.push_back(match->str(1));
    EXPECT_LE(match->length(2), 4096);
    joined += match->str(2);
  }
  EXPECT_EQ(joined, to_base64(png));
  EXPECT_THAT(controls, testing::ElementsAre("a=T,f=100,m=1", "m=1", "m=1", "m=0"));
}

TEST(ItermPicture, IsOneSequence) { EXPECT_EQ(iterm_picture("abc"), "\x1b]1337;File=inline=1;size=3:YWJj\a\n"); }

/// Decodes a sixel picture as a terminal does, to RGB in percent.
std::vector<int> draw_sixels(const std::string& text, int width, int height) {
  std::vector<int> pixels(static_cast<size_t>(width * height * 3), -1);
  std::vector<std::array<int, 3>> palette(256);
  size_t at = text.find('q') + 1;
  at = text.find('#', at);
  int x = 0, top = 0;
  size_t color = 0;
  const auto number = [&] {
    int value = 0;
    while (std::isdigit(static_cast<unsigned char>(text[at]))) value = value * 10 + (text[at++] - '0');
    return value;
  };
  while (text[at] != '\x1b') {
    const char c = text[at++];
    int count = 1;
    if (c == '#') {
      color = static_cast<size_t>(number());
      if (text[at] == ';') {
        number();
        ++at;
        EXPECT_EQ(number(), 2);
        for (int& part : palette[color]) {
          ++at;
          part = number();
        }
      }
      continue;
    }
    if (c == '$' || c == '-') {
      x = 0;
      top += c == '-' ? 6 : 0;
      continue;
    }
    char sixel = c;
    if (c == '!') {
      count = number();
      sixel = text[at++];
    }
    for (; count > 0; --count, ++x)
      for (int bit = 0; bit < 6; ++bit)
        if ((sixel - '?') >> bit & 1)
          for (size_t k = 0; k < 3; ++k)
            pixels[static_cast<size_t>(((top + bit) * width + x) * 3) + k] = palette[color][k];
  }
  return pixels;
}

TEST(SixelPicture, ContainsEveryPixel) {
  constexpr int kWidth = 23, kHeight = 14;
  for (const bool gray : {true, false}) {
    std::vector<uint8_t> rgb(kWidth * kHeight * 3);
    for (size_t i = 0; i < rgb.size(); ++i) rgb[i] = static_cast<uint8_t>(gray ? i / 3 * 7 : i * 37);
    const std::vector<int> drawn = draw_sixels(sixel_picture(kWidth, kHeight, rgb), kWidth, kHeight);
    for (size_t i = 0; i < rgb.size(); ++i)
      ASSERT_NEAR(drawn[i], rgb[i] / 2.55, gray ? 1.5 : 11) << i << (gray ? " gray" : " colored");
  }
}

TEST(HalfBlockPictures, ShowTwoPixelsPerCharacter) {
  Tensor images({2, 2, 1, 1});
  const float values[] = {1, 0, 0.5f, 0.5f};
  std::copy(values, values + 4, images.data());
  EXPECT_EQ(half_block_pictures(images, 0, 2, true),
            "\x1b[38;2;255;255;255m\x1b[48;2;0;0;0m▀\x1b[0m \x1b[38;2;128;128;128m\x1b[48;2;128;128;128m▀\x1b[0m\n");
}

TEST(HalfBlockPictures, UseShadesWithoutColors) {
  Tensor images({1, 1, 5, 1});
  const float values[] = {0, 0.5f, 1, 1, 1};
  std::copy(values, values + 5, images.data());
  EXPECT_EQ(half_block_pictures(images, 0, 1, false), " ░▒▒▒\n") << "pixels below the last row are dark";
  Tensor full({1, 2, 3, 1});
  for (int i = 0; i < 6; ++i) full.data()[i] = static_cast<float>(i % 3) / 2;
  EXPECT_EQ(half_block_pictures(full, 0, 1, false), " ▒█\n");
}

TEST(HalfBlockPictures, KeepColors) {
  Tensor images({1, 2, 1, 3});
  images.data()[0] = images.data()[5] = 1;
  EXPECT_THAT(half_block_pictures(images, 0, 1, true), HasSubstr("\x1b[38;2;255;0;0m\x1b[48;2;0;0;255m▀"));
}

}  // namespace
}  // namespace hourglass
