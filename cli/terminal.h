#pragma once
// A stream that may be a terminal: its width, colours, and one line that is rewritten in place.

#include <cstdio>
#include <string>

namespace hourglass::cli {

class Terminal {
 public:
  /// Prints to `stream`; nullptr: nowhere.
  explicit Terminal(std::FILE* stream);
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal();

  /// Prints whole lines; a live line that stands there goes first.
  void print(const std::string& text);
  /// Prints one line, cut to the width of a terminal.
  void print_cut(const std::string& line) { print(cut(line)); }
  /// Replaces the live line, cut likewise. Nothing happens where lines cannot be rewritten.
  void rewrite(const std::string& line);

  /// Whether a live line can be shown.
  bool is_live() const { return live_; }
  /// Whether colours can be shown, and are wanted (https://no-color.org).
  bool coloured() const { return coloured_; }
  /// Whether it is live and shows more than ASCII, as far as the locale says.
  bool shows_unicode() const;
  /// Columns that a line may have before it is cut.
  size_t columns() const;

  std::string bold(const std::string& text) const { return styled("1", text); }
  std::string dim(const std::string& text) const { return styled("2", text); }
  std::string red(const std::string& text) const { return styled("1;31", text); }

 private:
  std::string cut(const std::string& line) const;
  std::string styled(const char* code, const std::string& text) const;

  std::FILE* stream_;
  bool live_;  // lines can be rewritten: a terminal, and not a dumb one
  bool coloured_;
  bool line_shown_ = false;
};

}  // namespace hourglass::cli
