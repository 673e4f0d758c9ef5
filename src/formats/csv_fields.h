#pragma once
// The fields of a line of comma-separated values (RFC 4180, and what programs write instead).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hourglass {

/// Without spaces, tabs and carriage returns at both ends.
std::string_view trimmed(std::string_view text);

/// Whether a field is a missing value: empty, "NA", "nan", "null", "?" and the like.
bool is_missing(std::string_view text);

/// Returns nullopt if the text is not a number. Numbers outside the range of float32 become infinite or 0.
std::optional<double> parse_number(std::string_view text);

/// The most frequent of comma, tab and semicolon in the first line.
char infer_delimiter(std::string_view text);

/// Whether the first line of a table has the names of its columns; `second` is the next line.
bool are_names(const std::vector<std::string>& first, const std::vector<std::string>& second);

/// Fields of one line. Used for all fields except plain numbers.
class Fields {
 public:
  Fields(std::string_view text, char delimiter) : rest_(text), delimiter_(delimiter) {}

  /// Returns the next field of the line: without its quotes, or trimmed if it has none. Sets `open_quote` if the
  /// closing quote is missing.
  std::string next(bool& open_quote);

  /// Whether the last field read was the last of the line.
  bool at_end() const { return at_end_; }
  /// Position after the last field and its delimiter or line end.
  const char* position() const { return rest_.data(); }

 private:
  /// Reads up to and including the closing quote. Returns false if there is none.
  bool quoted(std::string& field);
  std::string_view until_delimiter();

  std::string_view rest_;
  char delimiter_;
  bool at_end_ = false;
};

}  // namespace hourglass
