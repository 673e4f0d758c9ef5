#include "formats/csv_fields.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

namespace hourglass {
namespace {

// In lower case, without a sign.
constexpr std::array<std::string_view, 7> kMissing{"", "na", "n/a", "nan", "null", "none", "?"};
constexpr double kLargestFloat = std::numeric_limits<float>::max();

/// Whether the numbers of the first line count columns, from 0 or 1, as pandas names them: five or more, or any after
/// an empty name of the column of row numbers. Fewer can as well be values.
bool count_columns(const std::vector<std::string>& first, const std::vector<std::string>& second) {
  constexpr int64_t kFewestColumns = 5;
  int64_t count = 0, begin = 0;
  for (const std::string& text : first) {
    if (!parse_number(text)) continue;
    if (count == 0) begin = text == "1";
    if (text != std::to_string(begin + count++)) return false;
  }
  const bool has_row_numbers = first[0].empty() && second.size() == first.size() && !second[0].empty();
  return count >= (has_row_numbers ? 1 : kFewestColumns);
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_missing(std::string_view text) {
  constexpr size_t kLongest = 5;
  if (text.size() > kLongest) return false;
  std::string lower;
  for (const char c : text) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower == "-nan" || lower == "+nan") return true;
  return std::ranges::find(kMissing, lower) != kMissing.end();
}

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || text.empty() || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    const size_t exponent = text.find_first_of("eE");
    const bool is_tiny = exponent != std::string_view::npos && text.substr(exponent + 1).starts_with('-');
    return is_tiny ? 0.0 : std::numeric_limits<double>::infinity();
  }
  return std::abs(value) <= kLargestFloat ? value : std::copysign(std::numeric_limits<double>::infinity(), value);
}

char infer_delimiter(std::string_view text) {
  std::array<std::pair<char, int>, 3> counts{{{',', 0}, {'\t', 0}, {';', 0}}};
  bool is_quoted = false;
  for (char c : text) {
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '\n') break;
    for (auto& [delimiter, count] : counts) count += c == delimiter;
  }
  return std::ranges::max_element(counts, {}, &std::pair<char, int>::second)->first;
}

bool are_names(const std::vector<std::string>& first, const std::vector<std::string>& second) {
  if (count_columns(first, second)) return true;
  const auto is_number = [](const std::string& text) { return parse_number(text).has_value(); };
  if (std::ranges::any_of(first, is_number) || std::ranges::all_of(first, is_missing)) return false;
  if (second.size() != first.size()) return true;
  for (size_t i = 0; i < first.size(); ++i)
    if (!is_missing(first[i]) && (is_number(second[i]) || is_missing(second[i]))) return true;
  // Text above text: names, unless the other fields are missing values of a row.
  return std::ranges::none_of(first, is_missing);
}

std::string Fields::next(bool& open_quote) {
  open_quote = false;
  const size_t start = rest_.find_first_not_of(' ');
  std::string field;
  if (start != std::string_view::npos && rest_[start] == '"') {
    rest_.remove_prefix(start + 1);
    open_quote = !quoted(field);
    field += trimmed(until_delimiter());
  } else {
    field = trimmed(until_delimiter());
  }
  at_end_ = rest_.empty() || rest_.front() == '\n';
  if (!rest_.empty()) rest_.remove_prefix(1);
  return field;
}

bool Fields::quoted(std::string& field) {
  while (true) {
    const size_t quote = rest_.find('"');
    field += rest_.substr(0, quote);
    if (quote == std::string_view::npos) {
      rest_ = {};
      return false;
    }
    rest_.remove_prefix(quote + 1);
    if (!rest_.starts_with('"')) return true;
    field += '"';
    rest_.remove_prefix(1);
  }
}

std::string_view Fields::until_delimiter() {
  size_t end = 0;
  while (end < rest_.size() && rest_[end] != delimiter_ && rest_[end] != '\n') ++end;
  const std::string_view text = rest_.substr(0, end);
  rest_.remove_prefix(end);
  return text;
}

}  // namespace hourglass
