// Colors of classes in pictures and pages.

#include "report/class_colors.h"

#include <gmock/gmock.h>

#include <set>
#include <tuple>

namespace hourglass {
namespace {

TEST(ClassColors, ArePaletteColorsForTenClasses) {
  EXPECT_EQ(class_color(0, 10).r, 0x4e);
  EXPECT_EQ(class_color(9, 10).b, 0xa4);
  EXPECT_THAT(class_colors_script(), testing::HasSubstr("\"#4e79a7\""));
}

// Values of Python's colorsys.hls_to_rgb(hue, lightness, saturation).
TEST(ClassColors, OfMoreClassesAreTheHslColorsOfThePage) {
  const auto channels = [](const Color& color) { return std::tuple<int, int, int>{color.r, color.g, color.b}; };
  EXPECT_EQ(channels(class_color(0, 12)), (std::tuple<int, int, int>{209, 97, 97}));
  EXPECT_EQ(channels(class_color(1, 12)), (std::tuple<int, int, int>{178, 115, 52}));
  EXPECT_EQ(channels(class_color(8, 12)), (std::tuple<int, int, int>{97, 97, 209}));
  EXPECT_THAT(class_colors_script(), testing::HasSubstr("55% ${i % 2 ? 45 : 60}%"));
}

TEST(ClassColors, OfManyClassesDiffer) {
  std::set<std::tuple<uint8_t, uint8_t, uint8_t>> seen;
  for (size_t label = 0; label < 100; ++label) {
    const Color color = class_color(label, 100);
    seen.insert({color.r, color.g, color.b});
  }
  EXPECT_EQ(seen.size(), 100U);
}

}  // namespace
}  // namespace hourglass
