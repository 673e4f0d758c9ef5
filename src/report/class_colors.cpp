#include "report/class_colors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace hourglass {
namespace {

constexpr std::array<Color, 10> kColors = {{{0x4e, 0x79, 0xa7},
                                            {0xf2, 0x8e, 0x2b},
                                            {0x59, 0xa1, 0x4f},
                                            {0xe1, 0x57, 0x59},
                                            {0x9c, 0x6b, 0xb3},
                                            {0x8c, 0x6d, 0x4f},
                                            {0xd1, 0x75, 0xa6},
                                            {0x76, 0x7f, 0x8b},
                                            {0xb5, 0xa2, 0x2c},
                                            {0x2c, 0xa6, 0xa4}}};
constexpr double kSaturation = 0.55;

/// Neighbors on the circle differ in lightness.
double lightness(size_t label) { return label % 2 ? 0.45 : 0.6; }

double hue(size_t label, size_t num_classes) {
  return 360 * static_cast<double>(label) / static_cast<double>(num_classes);
}

/// HSL to RGB, as in CSS Color Module Level 4, section 7.1.
uint8_t channel(double hue, double lightness, double offset) {
  const double k = std::fmod(offset + hue / 30, 12), amplitude = kSaturation * std::min(lightness, 1 - lightness);
  return static_cast<uint8_t>(
      std::lround(255 * (lightness - amplitude * std::max(-1.0, std::min({k - 3, 9 - k, 1.0})))));
}

}  // namespace

Color class_color(size_t label, size_t num_classes) {
  if (num_classes <= kColors.size()) return kColors[label];
  const double angle = hue(label, num_classes), light = lightness(label);
  return {channel(angle, light, 0), channel(angle, light, 8), channel(angle, light, 4)};
}

std::string class_colors_script() {
  std::string colors;
  for (const Color& color : kColors) colors += fmt::format("\"#{:02x}{:02x}{:02x}\", ", color.r, color.g, color.b);
  return fmt::format(
      "const kClassColors = [{}];\n"
      "const classColor = (i, total) => total <= kClassColors.length ? kClassColors[i] :\n"
      "  `hsl(${{(i * 360) / total}} {:.0f}% ${{i % 2 ? {:.0f} : {:.0f}}}%)`;\n",
      colors, 100 * kSaturation, 100 * lightness(1), 100 * lightness(0));
}

}  // namespace hourglass
