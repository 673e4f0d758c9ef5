#include "config/toml_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "hourglass/error.h"

namespace hourglass {
namespace {

/// Whether a string may begin behind this character, spaces left out. Elsewhere a quote is part of a malformed word.
bool may_begin_string(char before) { return std::string_view("\n=,[{.").find(before) != std::string_view::npos; }

/// TOML allows no letter beyond ASCII outside of strings and comments, and toml++ 3.3 takes some for unreachable code.
void refuse_letters_outside_strings(std::string_view text, const std::string& source) {
  std::string_view quote;  // that ends the string we are in; empty: in none
  char before = '\n';      // the last character outside of strings that is no space
  int line = 1;
  for (size_t i = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; i < text.size(); ++i) {
    const char c = text[i];
    line += c == '\n';
    if (!quote.empty()) {
      if (c == '\\' && quote.front() == '"') {
        ++i;
      } else if (text.substr(i).starts_with(quote) || (c == '\n' && quote.size() == 1)) {
        i += std::exchange(quote, {}).size() - 1;
        before = c;
      }
      continue;
    }
    if (c == '#') {
      i = std::min(text.find('\n', i), text.size()) - 1;
    } else if ((c == '"' || c == '\'') && may_begin_string(before)) {
      quote = text.substr(i, text.substr(i).starts_with(std::string(3, c)) ? 3 : 1);
      i += quote.size() - 1;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("{}:{}: This is not TOML: a letter beyond ASCII outside of quotes.", source, line));
    }
    if (c != ' ' && c != '\t' && c != '\r') before = c;
  }
}

}  // namespace

toml::table parse_toml(const std::string& text, const std::string& source) {
  refuse_letters_outside_strings(text, source);
  try {
    return toml::parse(text, source);
  } catch (const toml::parse_error& error) {
    throw Error(ErrorKind::kUsage, fmt::format("{}:{}:{}: This is not TOML: {}.", source, error.source().begin.line,
                                               error.source().begin.column, std::string(error.description())));
  }
}

}  // namespace hourglass
