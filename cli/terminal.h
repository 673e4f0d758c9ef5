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

  /// Whether lines can be rewritten: a terminal, and not a dumb one.
  bool is_live() const { return live_; }
  /// Prints whole lines; a live line that stands there goes first.
  void print(const std::string& text);
  /// Replaces the live line, cut to the terminal's width. Nothing happens where is_live() is false.
  void rewrite(const std::string& line);

  std::string bold(const std::string& text) const { return styled("1", text); }
  std::string dim(const std::string& text) const { return styled("2", text); }
  std::string red(const std::string& text) const { return styled("1;31", text); }

 private:
  std::string styled(const char* code, const std::string& text) const;

  std::FILE* stream_;
  bool live_;
  bool coloured_;
  bool line_shown_ = false;
};

}  // namespace hourglass::cli
