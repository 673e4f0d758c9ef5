#include "core/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace hourglass {
namespace {

constexpr size_t kEscapeSize = 4;  // \xHH

/// The byte of the escape that the text begins with.
std::optional<char> escaped_byte(std::string_view text) {
  if (text.size() < kEscapeSize || !text.starts_with("\\x")) return std::nullopt;
  unsigned byte = 0;
  const char* end = text.data() + kEscapeSize;
  if (std::from_chars(text.data() + 2, end, byte, 16).ptr != end) return std::nullopt;
  return byte >= 0x80 || byte == '\\' ? std::optional(static_cast<char>(byte)) : std::nullopt;
}

/// Number of bytes of the UTF-8 character that the text begins with; 0 if it begins with none.
size_t character_size(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  for (size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const bool is_overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool is_surrogate = first == 0xED && second >= 0xA0;
  const bool is_too_large = first == 0xF4 && second >= 0x90;
  return is_overlong || is_surrogate || is_too_large ? 0 : size;
}

}  // namespace

std::string escape_bytes(const std::string& bytes) {
  // Most text, such as the base64 of a page, needs no look at its characters.
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\\'; };
  if (std::ranges::all_of(bytes, is_plain)) return bytes;
  std::string text;
  text.reserve(bytes.size());
  for (std::string_view rest = bytes; !rest.empty();) {
    const size_t size = character_size(rest);
    if (size == 0 || escaped_byte(rest))
      text += fmt::format("\\x{:02X}", static_cast<unsigned char>(rest.front()));
    else
      text += rest.substr(0, size);
    rest.remove_prefix(std::max<size_t>(size, 1));
  }
  return text;
}

void append_utf8(std::string& text, uint32_t code) {
  const auto add = [&](uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0 | (code >> 6));
  } else if (code < 0x10000) {
    add(0xE0 | (code >> 12));
    add(0x80 | ((code >> 6) & 0x3F));
  } else {
    add(0xF0 | (code >> 18));
    add(0x80 | ((code >> 12) & 0x3F));
    add(0x80 | ((code >> 6) & 0x3F));
  }
  add(0x80 | (code & 0x3F));
}

std::string utf8_of_text(std::string text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return text;
  bool is_utf8 = true;
  for (size_t at = 0; at < text.size() && is_utf8;) {
    const size_t size = character_size(std::string_view(text).substr(at));
    is_utf8 = size > 0;
    at += size;
  }
  if (is_utf8) return text;
  // The characters of 0x80 to 0x9F; 0 stands for those that are not defined.
  constexpr std::array<uint16_t, 32> kWindows1252 = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                     0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                     0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                     0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
  std::string converted;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const uint16_t special = byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80] : uint16_t{0};
    append_utf8(converted, special != 0 ? special : byte);
  }
  return converted;
}

std::string restore_bytes(const std::string& text) {
  if (text.find('\\') == std::string::npos) return text;
  std::string bytes;
  bytes.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    const auto byte = escaped_byte(rest);
    bytes += byte.value_or(rest.front());
    rest.remove_prefix(byte ? kEscapeSize : 1);
  }
  return bytes;
}

std::vector<uint32_t> code_points(const std::string& bytes) {
  std::vector<uint32_t> points;
  const std::string text = escape_bytes(bytes);
  for (std::string_view rest = text; !rest.empty();) {
    const size_t size = character_size(rest);
    const auto first = static_cast<unsigned char>(rest.front());
    uint32_t point = size == 1 ? first : first & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; ++i) point = point << 6 | (static_cast<unsigned char>(rest[i]) & 0x3Fu);
    points.push_back(point);
    rest.remove_prefix(size);
  }
  return points;
}

}  // namespace hourglass
