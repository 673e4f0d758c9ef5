#include "report/markup.h"

#include "core/utf8.h"

namespace hourglass {

std::string escape_markup(const std::string& text) {
  std::string escaped;
  for (const char c : escape_bytes(text))
    escaped += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : std::string(1, c);
  return escaped;
}

}  // namespace hourglass
