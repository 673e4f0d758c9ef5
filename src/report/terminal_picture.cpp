#include "report/terminal_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "core/brightness.h"
#include "formats/base64.h"

namespace hourglass {
namespace {

using Color = std::array<uint8_t, 3>;

constexpr const char* kReset = "\x1b[0m";

/// The colors of a sixel picture, and the mapping of pixels to them.
class Palette {
 public:
  explicit Palette(std::span<const uint8_t> rgb) {
    for (size_t i = 0; i < rgb.size(); i += 3) gray_ &= rgb[i] == rgb[i + 1] && rgb[i] == rgb[i + 2];
  }

  int index(const uint8_t* rgb) const {
    const auto level = [](int value, int levels) { return (value * (levels - 1) + 127) / 255; };
    if (gray_) return level(rgb[0], kGrays);
    return (level(rgb[0], kRed) * kGreen + level(rgb[1], kGreen)) * kBlue + level(rgb[2], kBlue);
  }

  /// "#1;2;r;g;b" for each color, in percent.
  std::string definition() const {
    std::string text;
    const auto percent = [](int level, int levels) { return (level * 100 + (levels - 1) / 2) / (levels - 1); };
    for (int i = 0; i < (gray_ ? kGrays : kRed * kGreen * kBlue); ++i) {
      const int gray = percent(i, kGrays);
      text += gray_ ? fmt::format("#{};2;{};{};{}", i, gray, gray, gray)
                    : fmt::format("#{};2;{};{};{}", i, percent(i / kBlue / kGreen, kRed),
                                  percent(i / kBlue % kGreen, kGreen), percent(i % kBlue, kBlue));
    }
    return text;
  }

 private:
  static constexpr int kGrays = 64, kRed = 6, kGreen = 7, kBlue = 6;
  bool gray_ = true;
};

/// A run of equal sixels: "!40~".
std::string run_of(int count, char sixel) {
  return count > 3 ? fmt::format("!{}{}", count, sixel) : std::string(static_cast<size_t>(count), sixel);
}

std::string run_length(const std::string& sixels) {
  std::string text;
  for (size_t begin = 0; begin < sixels.size();) {
    size_t end = begin;
    while (end < sixels.size() && sixels[end] == sixels[begin]) ++end;
    text += run_of(static_cast<int>(end - begin), sixels[begin]);
    begin = end;
  }
  return text;
}

Color pixel(const Tensor& images, int64_t image, int64_t y, int64_t x) {
  const int64_t width = images.shape()[2], channels = images.shape()[3];
  const float* value = images.row(image).data() + (y * width + x) * channels;
  return channels == 3 ? Color{to_byte(value[0]), to_byte(value[1]), to_byte(value[2])}
                       : Color{to_byte(value[0]), to_byte(value[0]), to_byte(value[0])};
}

int brightness(const Color& color) { return (color[0] + color[1] + color[2]) / 3; }

std::string shade(const Color& top, const Color& bottom) {
  constexpr std::array kShades = {" ", "░", "▒", "▓", "█"};
  return kShades[static_cast<size_t>((brightness(top) + brightness(bottom)) * 5 / 511)];
}

}  // namespace

std::string kitty_picture(std::string_view png) {
  constexpr size_t kChunk = 4096;  // limit of the protocol
  const std::string data = to_base64(png);
  std::string text;
  for (size_t begin = 0; begin < data.size(); begin += kChunk) {
    const bool more = begin + kChunk < data.size();
    text +=
        fmt::format("\x1b_G{}m={};{}\x1b\\", begin == 0 ? "a=T,f=100," : "", more ? 1 : 0, data.substr(begin, kChunk));
  }
  return text + "\n";
}

std::string iterm_picture(std::string_view png) {
  return fmt::format("\x1b]1337;File=inline=1;size={}:{}\a\n", png.size(), to_base64(png));
}

std::string sixel_picture(int width, int height, std::span<const uint8_t> rgb) {
  constexpr int kBand = 6;  // pixel rows in a row of sixels
  const Palette palette(rgb);
  std::string text = fmt::format("\x1bP0;1;0q\"1;1;{};{}{}", width, height, palette.definition());
  for (int top = 0; top < height; top += kBand) {
    std::map<int, std::string> sixels;  // per color in the band, one bit for each of six pixels
    for (int y = top; y < std::min(top + kBand, height); ++y) {
      for (int x = 0; x < width; ++x) {
        const int index =
            palette.index(&rgb[(static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) * 3]);
        std::string& line = sixels.try_emplace(index, static_cast<size_t>(width), '?').first->second;
        char& sixel = line[static_cast<size_t>(x)];
        sixel = static_cast<char>(sixel + (1 << (y - top)));
      }
    }
    for (const auto& [index, line] : sixels) text += fmt::format("#{}{}$", index, run_length(line));
    text += '-';
  }
  return text + "\x1b\\\n";
}

std::string half_block_pictures(const Tensor& images, int64_t begin, int64_t end, bool colored) {
  const int64_t height = images.shape()[1], width = images.shape()[2];
  std::string text;
  for (int64_t y = 0; y < height; y += 2) {
    for (int64_t i = begin; i < end; ++i) {
      Color last_top{}, last_bottom{};
      for (int64_t x = 0; x < width; ++x) {
        const Color top = pixel(images, i, y, x);
        const Color bottom = y + 1 < height ? pixel(images, i, y + 1, x) : Color{};
        if (!colored) {
          text += shade(top, bottom);
          continue;
        }
        if (x == 0 || top != last_top) text += fmt::format("\x1b[38;2;{};{};{}m", top[0], top[1], top[2]);
        if (x == 0 || bottom != last_bottom)
          text += fmt::format("\x1b[48;2;{};{};{}m", bottom[0], bottom[1], bottom[2]);
        text += "▀";
        last_top = top;
        last_bottom = bottom;
      }
      if (colored) text += kReset;
      if (i + 1 < end) text += ' ';
    }
    text += '\n';
  }
  return text;
}

}  // namespace hourglass
