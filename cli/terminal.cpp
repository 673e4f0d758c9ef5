#include "terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace hourglass::cli {
namespace {

constexpr const char* kClearLine = "\r\x1b[K";

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

// Not cached, because the terminal can be resized.
size_t terminal_width(std::FILE* stream) {
  winsize size{};
  return ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

Terminal::Terminal(std::FILE* stream)
    : stream_(stream),
      live_(stream && isatty(fileno(stream)) && environment("TERM") != "dumb" && !environment("TERM").empty()),
      colored_(live_ && environment("NO_COLOR").empty()) {}

Terminal::~Terminal() {
  if (line_shown_) std::fputs(kClearLine, stream_);
}

void Terminal::print(const std::string& text) {
  if (!stream_) return;
  fmt::print(stream_, "{}{}\n", line_shown_ ? kClearLine : "", text);
  line_shown_ = false;
  std::fflush(stream_);
}

void Terminal::rewrite(const std::string& line) {
  if (!live_) return;
  // Clear after writing: clearing the line first would flicker.
  fmt::print(stream_, "\r{}\x1b[K", cut(line));
  line_shown_ = true;
  std::fflush(stream_);
}

// The last column is left free, because some terminals wrap when the cursor is in it.
size_t Terminal::columns() const { return live_ ? terminal_width(stream_) - 1 : std::string::npos; }

bool Terminal::shows_unicode() const {
  std::string_view locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (locale.empty()) locale = environment(name);
  const auto names = [&](const char* encoding) { return locale.find(encoding) != std::string_view::npos; };
  return live_ && (names("UTF-8") || names("utf8") || names("utf-8") || names("UTF8"));
}

// Every UTF-8 character counts as one column, which is true for all characters printed here.
std::string Terminal::cut(const std::string& line) const {
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  size_t width = 0;
  for (size_t i = 0; i < line.size(); ++i)
    if (begins_character(line[i]) && width++ == columns()) return line.substr(0, i);
  return line;
}

std::string Terminal::styled(const char* code, const std::string& text) const {
  return colored_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

}  // namespace hourglass::cli
