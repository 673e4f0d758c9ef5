#include "formats/utf16.h"

#include <fmt/format.h>

#include <cstdint>

#include "core/utf8.h"
#include "hourglass/error.h"

namespace hourglass {
bool is_utf16(std::string_view bytes) { return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"); }

std::string utf8_of_utf16(std::string_view bytes, const std::string& source) {
  const bool big_endian = bytes.starts_with("\xFE\xFF");
  const auto unit = [&](size_t at) {
    const auto first = static_cast<uint8_t>(bytes[at]), second = static_cast<uint8_t>(bytes[at + 1]);
    return static_cast<uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  const auto fail = [&](size_t at) {
    throw Error(ErrorKind::kData, fmt::format("'{}' starts as UTF-16, but has half a character at byte {}. Save it as "
                                              "UTF-8.",
                                              source, at));
  };
  std::string text;
  text.reserve(bytes.size() / 2);
  for (size_t at = 2; at < bytes.size(); at += 2) {
    if (at + 1 == bytes.size()) fail(at);
    uint32_t code = unit(at);
    if (code >= 0xD800 && code < 0xDC00) {
      at += 2;
      if (at + 1 >= bytes.size()) fail(at);
      const uint32_t low = unit(at);
      if (low < 0xDC00 || low > 0xDFFF) fail(at);
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(text, code);
  }
  return text;
}

}  // namespace hourglass
