#include "formats/csv_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <set>

#include "formats/csv_fields.h"

namespace hourglass {
namespace {

constexpr std::array<std::pair<ColumnKind, const char*>, 6> kNames{{{ColumnKind::kNumber, "number"},
                                                                    {ColumnKind::kCategory, "category"},
                                                                    {ColumnKind::kTime, "time"},
                                                                    {ColumnKind::kIdentifier, "id"},
                                                                    {ColumnKind::kText, "text"},
                                                                    {ColumnKind::kIgnored, "ignore"}}};
// Most categories of an inferred category, and the rows that each has at least on average.
constexpr size_t kMostCategories = 50, kRowsPerCategory = 3;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string_view text) {
  std::string result;
  for (const char c : text) result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// The words of a name: "sensor_id", "Time (s)".
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char c : lower(name))
    if (std::isalpha(static_cast<unsigned char>(c)))
      words.back() += c;
    else if (!words.back().empty())
      words.emplace_back();
  if (words.back().empty() && words.size() > 1) words.pop_back();
  return words;
}

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// A column of numbers with this name can be an identifier.
bool names_identifier(const std::string& name) {
  const std::vector<std::string> words = words_of(name);
  return is_one_of(words.back(), {"id", "ids", "uid", "uuid", "guid"}) ||
         (words.size() == 1 && is_one_of(words[0], {"index", "serial", "nr", "row", "rownum", "key"}));
}

bool names_time(const std::string& name) {
  return std::ranges::any_of(words_of(name), [](const std::string& word) {
    return is_one_of(word, {"time", "timestamp", "date", "datetime", "ts", "unix", "epoch"});
  });
}

// Whether the numbers count rows: each is one more than the one before.
bool count_rows(std::span<const std::string> fields) {
  constexpr size_t kFewest = 20;
  if (fields.size() < kFewest) return false;
  for (size_t i = 1; i < fields.size(); ++i)
    if (parse_number(fields[i]).value_or(0) != parse_number(fields[i - 1]).value_or(0) + 1) return false;
  return true;
}

// The formats that fit a field with a separator. A field without a separator fits all.
struct Fits {
  bool point = false, comma = false;  // the decimal separator
  bool decides = false;               // only one of them
};

bool fits(std::string_view text, NumberFormat format) { return parse_number(text, format).has_value(); }

Fits fits_of(std::string_view text) {
  Fits result;
  result.point = fits(text, {'.', ','}) || fits(text, {'.', ' '}) || fits(text, {'.', '\''});
  result.comma = fits(text, {',', '.'}) || fits(text, {',', ' '}) || fits(text, {',', '\''});
  result.decides = result.point != result.comma;
  return result;
}

// The number of a value with a unit: "12.5 kg", "30%"; "" if it is something else.
bool has_unit(std::string_view text) {
  size_t digits = 0;
  std::string_view rest = text;
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  while (!rest.empty() && (is_digit(rest.front()) || rest.front() == '.' || rest.front() == ',')) {
    digits += is_digit(rest.front());
    rest.remove_prefix(1);
  }
  if (digits == 0 || rest.empty() || rest.size() > 8) return false;
  const bool spaced = rest.starts_with(' ');
  if (spaced) rest.remove_prefix(1);
  if (rest.empty()) return false;
  const auto is_unit = [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '%' || c == '/' || static_cast<unsigned char>(c) >= 0x80;
  };
  return std::ranges::all_of(rest, is_unit) && (spaced || !std::isupper(static_cast<unsigned char>(rest.front())));
}

bool is_whole(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

bool are_all_different(std::span<const std::string> fields) {
  return std::set<std::string_view>(fields.begin(), fields.end()).size() == fields.size();
}

// The format of a column whose fields are numbers in one of the formats.
InferredColumn number_column(std::span<const std::string> fields, char decimal) {
  bool point = true, comma = true, decides = false, has_separator = false;
  std::string example;
  for (const std::string& field : fields) {
    if (parse_number(field) && field.find('.') == std::string::npos) continue;  // no separator
    const Fits found = fits_of(field);
    if (!found.point && !found.comma) continue;  // not a number; the parser will name it
    has_separator = true;
    point = point && found.point;
    comma = comma && found.comma;
    // A group of thousands does not start with 0.
    const std::string_view digits = std::string_view(field).substr(field.starts_with('-') ? 1 : 0);
    if (digits.starts_with("0,")) point = false;
    decides = decides || found.decides || digits.starts_with("0,");
    if (!found.decides && example.empty()) example = field;
  }
  InferredColumn column;
  if (!has_separator) {
    if (decimal == ',') column.format.decimal = ',';  // of later rows
    return column;
  }
  // 1.234 is a number of most programs; 1,234 is written by people, who mean either.
  const bool plain =
      std::ranges::all_of(fields, [](const std::string& field) { return field.find(',') == std::string::npos; });
  if (decimal == 0 && !decides && point && comma && !plain) {
    column.problem = fmt::format(
        "'{}' can be a number with a decimal comma or one with a separator of thousands. Add "
        "--set data.decimal=comma or --set data.decimal=point. To leave the column out",
        example);
    return column;
  }
  column.decides = decides && point != comma;
  const bool is_comma = decimal == ',' || (decimal == 0 && !plain && comma && !point);
  column.format.decimal = is_comma ? ',' : '.';
  for (const char thousands : {is_comma ? '.' : ',', ' ', '\''})
    if (std::ranges::any_of(fields, [&](const std::string& field) {
          return !fits(field, {column.format.decimal, 0}) && fits(field, {column.format.decimal, thousands});
        }))
      column.format.thousands = thousands;
  return column;
}

// A column of dates and times.
InferredColumn time_column(std::span<const std::string> fields, DateOrder given) {
  InferredColumn column{.kind = ColumnKind::kTime};
  const InferredOrder found = infer_date_order(fields);
  column.order = given != DateOrder::kUnknown ? given : found.order;
  if (found.contradicts)
    column.problem =
        fmt::format("its dates have two orders: '{}' differs from others. To leave the column out", found.unclear);
  else if (!found.unclear.empty() && given == DateOrder::kUnknown)
    column.problem = fmt::format(
        "the date '{}' can start with the day or with the month. Add --set data.date_order=day or --set "
        "data.date_order=month. To leave the column out",
        found.unclear);
  return column;
}

// The fields of the first rows that are not missing, by column.
std::vector<std::vector<std::string>> first_fields(std::string_view rest, char delimiter,
                                                   const std::vector<bool>& is_wanted) {
  constexpr int64_t kRows = 1000;
  std::vector<std::vector<std::string>> fields(is_wanted.size());
  for (int64_t row = 0; row < kRows && !rest.empty(); ++row) {
    while (!rest.empty() && (rest.front() == '\n' || rest.front() == '\r')) rest.remove_prefix(1);
    if (rest.empty()) break;
    Fields line(rest, delimiter);
    for (size_t column = 0;; ++column) {
      bool open_quote = false;
      const std::string text = line.next(open_quote);
      if (column < fields.size() && is_wanted[column] && !is_missing(trimmed(text)))
        fields[column].emplace_back(trimmed(text));
      if (open_quote) return fields;  // reading the rows will say where
      if (line.at_end()) break;
    }
    rest = std::string_view(line.position(), static_cast<size_t>(rest.data() + rest.size() - line.position()));
  }
  return fields;
}

}  // namespace

const char* to_string(ColumnKind kind) {
  return std::ranges::find(kNames, kind, &std::pair<ColumnKind, const char*>::first)->second;
}

std::optional<ColumnKind> column_kind(std::string_view word) {
  const auto found = std::ranges::find(kNames, word, [](const auto& each) { return std::string_view(each.second); });
  return found == kNames.end() ? std::nullopt : std::optional(found->first);
}

std::optional<double> parse_number(std::string_view text, NumberFormat format) {
  if (format.is_plain()) return parse_number(text);
  std::string plain;
  size_t group = 0;  // digits since the last separator of thousands
  bool grouped = false, fraction = false;
  for (const char c : text) {
    if (c == format.decimal && !fraction) {
      if (grouped && group != 3) return std::nullopt;
      fraction = true;
      plain += '.';
    } else if (format.thousands != 0 && c == format.thousands && !fraction) {
      const bool first = !grouped && group >= 1 && group <= 3;
      if (!first && !(grouped && group == 3)) return std::nullopt;
      grouped = true;
      group = 0;
    } else if (c == '.' || c == ',') {
      return std::nullopt;
    } else {
      group += is_digit(c);
      plain += c;
    }
  }
  if (grouped && !fraction && group != 3) return std::nullopt;
  return parse_number(plain);
}

bool kind_depends_on_rows(const std::string& name) { return names_identifier(name) || names_time(name); }

InferredColumn infer_column(const std::string& name, std::span<const std::string> fields, GivenFormats given) {
  if (fields.empty()) return {};
  const auto share = [&](auto&& is) {
    return static_cast<double>(std::ranges::count_if(fields, is)) / static_cast<double>(fields.size());
  };
  const double numbers = share([](const std::string& field) {
    const Fits found = fits_of(field);
    return parse_number(field).has_value() || found.point || found.comma;
  });
  constexpr double kHalf = 0.5;
  if (share([](const std::string& field) { return is_time(field); }) == 1 && numbers < 1)
    return time_column(fields, given.order);
  if (numbers >= kHalf) {
    const bool whole = std::ranges::all_of(fields, is_whole);
    if (whole && names_time(name) && are_unix_times(fields)) return {.kind = ColumnKind::kTime};
    if (whole && fields.size() > 1 && names_identifier(name) && are_all_different(fields))
      return {.kind = ColumnKind::kIdentifier};
    if (whole && count_rows(fields)) return {.kind = ColumnKind::kIdentifier};
    return number_column(fields, given.decimal);
  }
  std::set<std::string_view> distinct(fields.begin(), fields.end());
  const bool repeats = distinct.size() <= kMostCategories && distinct.size() * kRowsPerCategory <= fields.size();
  if (!repeats && share([](const std::string& field) { return has_unit(field); }) > kHalf)
    return {.problem = fmt::format("'{}' has a unit. Remove the units. To leave the column out", fields[0])};
  if (distinct.size() <= 2 && distinct.size() < fields.size()) return {.kind = ColumnKind::kCategory};
  if (repeats) return {.kind = ColumnKind::kCategory};
  if (distinct.size() == fields.size()) return {.kind = ColumnKind::kIdentifier};
  return {.kind = ColumnKind::kText};
}

InferredColumns infer_columns(std::string_view rows, char delimiter, const std::vector<std::string>& names,
                              const std::vector<bool>& is_wanted, GivenFormats given) {
  const std::vector<std::vector<std::string>> fields = first_fields(rows, delimiter, is_wanted);
  const auto infer = [&](size_t column, GivenFormats known) {
    return infer_column(names[column], fields[column], known);
  };
  InferredColumns result;
  for (size_t column = 0; column < names.size(); ++column) result.columns.push_back(infer(column, given));
  const auto any = [&](auto&& is) { return std::ranges::any_of(result.columns, is); };
  const auto decides = [&](char separator) {
    return any([&](const InferredColumn& each) { return each.decides && each.format.decimal == separator; });
  };
  const auto has_order = [&](DateOrder order) {
    return any([&](const InferredColumn& each) { return each.order == order; });
  };
  const bool by_comma = decides(','), by_point = decides('.');
  const bool by_day = has_order(DateOrder::kDayFirst), by_month = has_order(DateOrder::kMonthFirst);
  if (given.decimal == 0 && by_comma != by_point) result.decimal = by_comma ? ',' : '.';
  if (given.order == DateOrder::kUnknown && by_day != by_month)
    result.order = by_day ? DateOrder::kDayFirst : DateOrder::kMonthFirst;
  if (result.decimal == 0 && result.order == DateOrder::kUnknown) return result;
  const GivenFormats known{result.decimal != 0 ? result.decimal : given.decimal,
                           result.order != DateOrder::kUnknown ? result.order : given.order};
  for (size_t column = 0; column < names.size(); ++column)
    if (const InferredColumn& each = result.columns[column]; !each.decides && each.order == DateOrder::kUnknown)
      result.columns[column] = infer(column, known);
  return result;
}

}  // namespace hourglass
