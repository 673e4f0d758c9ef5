#include "config/toml_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr char kMark = '!';  // means nothing outside of strings and comments

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// The text with a mark for each letter beyond ASCII, so that columns stay.
std::string with_marks(std::string_view text) {
  std::string marked;
  for (const char c : text) {
    if (is_ascii(c))
      marked += c;
    else if (static_cast<unsigned char>(c) >= 0xC0)  // others continue a letter
      marked += kMark;
  }
  return marked;
}

/// Line `number` of the text, from 1 on.
std::string_view line_of(std::string_view text, size_t number) {
  for (; number > 1 && !text.empty(); --number) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

/// Whether a letter beyond ASCII is the first behind a line that ends with a backslash, spaces left out.
bool continues_with_letter(std::string_view text) {
  for (size_t i = text.find('\\'); i != std::string_view::npos; i = text.find('\\', i + 1)) {
    const size_t next = std::min(text.find_first_not_of(" \t\r\n", i + 1), text.size() - 1);
    if (!is_ascii(text[next]) && text.substr(i, next - i).find('\n') != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

toml::table parse_toml(const std::string& text, const std::string& source) {
  const std::string_view bom = "\xEF\xBB\xBF";
  const std::string_view body = std::string_view(text).substr(text.starts_with(bom) ? bom.size() : 0);
  const bool marks = !std::ranges::all_of(body, is_ascii);
  try {
    // toml++ 3.3 takes some letters beyond ASCII for unreachable code where it looks for the end of a word or of space.
    // TOML allows none of them there: the text with marks instead is refused in the same places.
    if (marks) static_cast<void>(toml::parse(with_marks(body), source));
    if (marks && continues_with_letter(body))
      throw Error(ErrorKind::kUsage,
                  fmt::format("{}: Cannot read a letter beyond ASCII as the first behind a backslash "
                              "that ends a line; put it in front of the backslash.",
                              source));
    return toml::parse(text, source);
  } catch (const toml::parse_error& error) {
    const toml::source_position place = error.source().begin;
    const bool letters = !std::ranges::all_of(line_of(body, place.line), is_ascii);
    throw Error(ErrorKind::kUsage,
                fmt::format("{}:{}:{}: This is not TOML: {}.{}", source, place.line, place.column,
                            std::string(error.description()),
                            letters ? " (Letters beyond ASCII, which may stand as '!' here, are allowed in quotes and "
                                      "comments alone.)"
                                    : ""));
  }
}

}  // namespace hourglass
