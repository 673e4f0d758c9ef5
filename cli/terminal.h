#pragma once
// A stream that can be a terminal: its width, colors, and a live line that is rewritten in place.

#include <cstdio>
#include <string>

namespace hourglass::cli {

/// Number of columns of the terminal of `stream`, 80 if it is unknown.
size_t terminal_width(std::FILE* stream);

class Terminal {
 public:
  /// Prints to `stream`; nullptr: prints nothing.
  explicit Terminal(std::FILE* stream);
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal();

  /// Prints whole lines; removes the live line first.
  void print(const std::string& text);
  /// Prints one line, cut to the width of a terminal.
  void print_cut(const std::string& line) { print(cut(line)); }
  /// Replaces the live line, cut to the width of the terminal. Does nothing if lines cannot be rewritten.
  void rewrite(const std::string& line);

  /// Whether a live line can be shown.
  bool is_live() const { return live_; }
  /// Whether colors can be shown and are not disabled (https://no-color.org).
  bool colored() const { return colored_; }
  /// Whether it is live and the locale has an encoding of Unicode.
  bool shows_unicode() const;
  /// Number of columns of a line before it is cut.
  size_t columns() const;

  std::string bold(const std::string& text) const { return styled("1", text); }
  std::string dim(const std::string& text) const { return styled("2", text); }
  std::string red(const std::string& text) const { return styled("1;31", text); }

 private:
  std::string cut(const std::string& line) const;
  std::string styled(const char* code, const std::string& text) const;

  std::FILE* stream_;
  bool live_;  // lines can be rewritten: a terminal that is not "dumb"
  bool colored_;
  bool line_shown_ = false;
};

}  // namespace hourglass::cli
