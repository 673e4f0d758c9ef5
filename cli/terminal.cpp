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

/// Columns of the terminal behind `stream`, asked anew since it may be resized.
size_t width(std::FILE* stream) {
  winsize size{};
  return ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

Terminal::Terminal(std::FILE* stream)
    : stream_(stream),
      live_(stream && isatty(fileno(stream)) && environment("TERM") != "dumb" && !environment("TERM").empty()),
      coloured_(live_ && environment("NO_COLOR").empty()) {}

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
  fmt::print(stream_, "{}{}", kClearLine, cut(line));
  line_shown_ = true;
  std::fflush(stream_);
}

// One column stays free: a cursor in the last one makes some terminals wrap.
size_t Terminal::columns() const { return live_ ? width(stream_) - 1 : std::string::npos; }

std::string Terminal::cut(const std::string& line) const { return line.substr(0, columns()); }

std::string Terminal::styled(const char* code, const std::string& text) const {
  return coloured_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

}  // namespace hourglass::cli
