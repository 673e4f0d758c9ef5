#define TOML_IMPLEMENTATION
#include "config/toml_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr char kMark = '!';  // invalid outside of strings and comments

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// The text with each non-ASCII character replaced by a mark. Column numbers do not change.
std::string with_marks(std::string_view text) {
  std::string marked;
  for (const char c : text) {
    if (is_ascii(c))
      marked += c;
    else if (static_cast<unsigned char>(c) >= 0xC0)  // other bytes continue a character
      marked += kMark;
  }
  return marked;
}

/// Line `number` of the text, counted from 1.
std::string_view line_of(std::string_view text, size_t number) {
  for (; number > 1 && !text.empty(); --number) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

/// Whether the first non-space character after a line that ends with a backslash is a non-ASCII character.
bool continues_with_letter(std::string_view text) {
  for (size_t i = text.find('\\'); i != std::string_view::npos; i = text.find('\\', i + 1)) {
    const size_t next = std::min(text.find_first_not_of(" \t\r\n", i + 1), text.size() - 1);
    if (!is_ascii(text[next]) && text.substr(i, next - i).find('\n') != std::string_view::npos) return true;
  }
  return false;
}

/// Throws for keys that the parser takes minutes for, or whose tables it destroys by recursion.
void check_keys(std::string_view text, const std::string& source) {
  constexpr size_t kLongest = 4096;
  constexpr std::ptrdiff_t kDeepest = 100;
  for (size_t begin = 0, number = 1; begin < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    // A key, or the header of a table.
    const size_t key_end =
        line.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.\"' \t[]");
    const std::string_view key = line.substr(0, key_end);
    if (key.size() > kLongest || std::ranges::count(key, '.') > kDeepest)
      throw Error(ErrorKind::kUsage, fmt::format("{}:{}: A key has more than {} characters or {} parts.", source,
                                                 number, kLongest, kDeepest));
    begin = end + 1;
  }
}

}  // namespace

toml::table parse_toml(const std::string& text, const std::string& source) {
  const std::string_view bom = "\xEF\xBB\xBF";
  const std::string_view body = std::string_view(text).substr(text.starts_with(bom) ? bom.size() : 0);
  check_keys(body, source);
  const bool marks = !std::ranges::all_of(body, is_ascii);
  try {
    // toml++ 3.3 has undefined behavior for some non-ASCII characters at the end of a word or of whitespace. TOML does
    // not allow them there, so the text with marks is rejected at the same places.
    if (marks) static_cast<void>(toml::parse(with_marks(body), source));
    if (marks && continues_with_letter(body))
      throw Error(ErrorKind::kUsage,
                  fmt::format("{}: A non-ASCII character cannot be the first character after a backslash "
                              "at the end of a line. Move it before the backslash.",
                              source));
    return toml::parse(text, source);
  } catch (const toml::parse_error& error) {
    const toml::source_position place = error.source().begin;
    const bool letters = !std::ranges::all_of(line_of(body, place.line), is_ascii);
    throw Error(
        ErrorKind::kUsage,
        fmt::format("{}:{}:{}: Invalid TOML: {}.{}", source, place.line, place.column, std::string(error.description()),
                    letters ? " (Non-ASCII characters, shown here as '!', are only allowed in quotes and "
                              "comments.)"
                            : ""));
  }
}

}  // namespace hourglass
