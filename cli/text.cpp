#include "text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <sstream>
#include <string_view>

namespace hourglass::cli {

std::string bytes(int64_t n) {
  constexpr std::array kUnits = {"bytes", "kB", "MB", "GB", "TB"};
  double size = static_cast<double>(n);
  size_t unit = 0;
  for (; size >= 1000 && unit + 1 < kUnits.size(); ++unit) size /= 1000;
  return fmt::format("{:.{}f} {}", size, unit > 0 && size < 100 ? 1 : 0, kUnits[unit]);
}

std::string duration(double seconds) {
  const auto whole = static_cast<int64_t>(std::llround(std::max(0.0, seconds)));
  const int64_t hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, rest) : fmt::format("{}:{:02}", minutes, rest);
}

std::string loss(double value) { return fmt::format("{:#.4g}", value); }

std::string progress_bar(double part) {
  constexpr int kWidth = 24;
  const int full = std::clamp(static_cast<int>(std::lround(part * kWidth)), 0, kWidth);
  return "[" + std::string(static_cast<size_t>(full), '#') + std::string(static_cast<size_t>(kWidth - full), '-') + "]";
}

std::string table(const std::string& align, const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths(align.size());
  for (const auto& row : rows)
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i)
      line += align[i] == '>' ? fmt::format("  {:>{}}", row[i], widths[i]) : fmt::format("  {:<{}}", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string wrapped(const std::string& text, size_t indent, size_t width) {
  std::string result, line;
  const auto flush = [&] {
    result += (result.empty() ? "" : std::string(indent, ' ')) + line + "\n";
    line.clear();
  };
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (!line.empty() && indent + line.size() + 1 + word.size() > width) flush();
    line += (line.empty() ? "" : " ") + word;
    begin = end + 1;
  }
  flush();
  return result;
}

std::string wrapped_paragraphs(const std::string& text, size_t width) {
  std::string result, paragraph;
  const auto flush = [&] {
    if (!paragraph.empty()) result += wrapped(paragraph, 0, width);
    paragraph.clear();
  };
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with(' ')) {
      flush();
      result += line + "\n";
    } else {
      paragraph += (paragraph.empty() ? "" : " ") + line;
    }
  }
  flush();
  return result;
}

}  // namespace hourglass::cli
