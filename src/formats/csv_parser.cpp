#include "formats/csv_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <unordered_map>

#include "core/text.h"
#include "core/utf8.h"
#include "formats/column_precision.h"
#include "formats/csv_fields.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr size_t kMostColumns = 1'000'000;
constexpr int64_t kRowsBetweenProgress = 4096;
constexpr double kLargestFloat = std::numeric_limits<float>::max();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::string_view without_byte_order_mark(std::string_view text) {
  return text.substr(text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
}

}  // namespace

/// Parses one table. Every error message names the source and the line.
class CsvParser::Parser {
 public:
  Parser(std::string_view text, CsvOptions options, std::string source)
      : text_(without_byte_order_mark(text)),
        options_(std::move(options)),
        source_(std::move(source)),
        position_(text_.data()) {}

  CsvTable next(int64_t rows, const Context& context) {
    if (std::exchange(is_started_, true))
      read_rows(rows, context);
    else
      read_first_rows(rows, context);
    if (table_.num_bad > 0)
      table_.notes.push_back(
          fmt::format("{} texts in columns of numbers count as missing values (data.on_bad_value).", table_.num_bad));
    list_categories();
    CsvTable block = std::move(table_);
    table_ = {};
    table_.columns = block.columns;
    table_.has_header = block.has_header;
    table_.num_fields = block.num_fields;
    table_.origin = block.origin;
    table_.identity_columns = block.identity_columns;
    table_.kinds = block.kinds;
    table_.decimal = block.decimal;
    table_.date_order = block.date_order;
    return block;
  }

  size_t position() const { return static_cast<size_t>(position_ - text_.data()); }

  int64_t num_columns() {
    start();
    return table_.num_fields;
  }

  /// Empty if the first line has no names.
  std::vector<std::string> column_names() {
    start();
    return table_.has_header ? names_ : std::vector<std::string>();
  }

 private:
  enum class Role : uint8_t { kValue, kCategory, kTime, kIdentity, kLabel, kIgnored };

  /// They decide what the following rows are.
  void read_first_rows(int64_t rows, const Context& context) {
    start();
    const char* first_row = position_;
    const int64_t first_line = line_;
    choose_kinds();
    read_rows(rows, context);
    if (table_.num_rows == 0) fail_whole("it has column names, but no rows");
    const bool leaves_out = leave_out_columns(), has_origin = choose_origin();
    if (!leaves_out && !has_origin) return;
    position_ = first_row;
    line_ = first_line;
    num_blank_ = 0;
    for (auto& numbers : category_numbers_) numbers.clear();
    read_rows(rows, context);
  }

  /// Reads the first line, once.
  void start() {
    if (delimiter_ != 0) return;
    skip_blank_lines();
    if (at_end()) fail_whole(text_.empty() ? "it is empty" : "it contains only blank lines");
    delimiter_ = options_.delimiter ? options_.delimiter : infer_delimiter({position_, remaining()});
    read_first_line();
  }

  [[noreturn]] void fail_whole(const std::string& found) const {
    throw Error(ErrorKind::kData, fmt::format("'{}' is not a valid table of numbers: {}.", source_, found));
  }
  [[noreturn]] void fail(int64_t line, const std::string& found) const {
    throw Error(ErrorKind::kData, fmt::format("'{}', line {}: {}.", source_, line, found));
  }

  bool at_end() const { return position_ == end(); }
  const char* end() const { return text_.data() + text_.size(); }
  size_t remaining() const { return static_cast<size_t>(end() - position_); }

  /// Returns the number of lines that were skipped.
  int64_t skip_blank_lines() {
    const int64_t first = line_;
    while (!at_end()) {
      const char* p = position_;
      while (p != end() && (*p == ' ' || *p == '\r')) ++p;
      if (p != end() && *p != '\n') break;
      position_ = p == end() ? p : p + 1;
      ++line_;
    }
    return line_ - first;
  }

  /// Decides the kinds of the value columns: those of the options, else inferred.
  void choose_kinds() {
    formats_.assign(num_columns_, {});
    category_numbers_.resize(num_columns_);
    std::vector<std::optional<ColumnKind>> given(num_columns_);
    for (const auto& [key, kind] : options_.kinds) given[find_column(key)] = kind;
    std::vector<bool> is_wanted;
    for (const Role role : roles_) is_wanted.push_back(role == Role::kValue);
    InferredColumns kinds =
        infer_columns({position_, remaining()}, delimiter_, names_, is_wanted, {options_.decimal, options_.date_order});
    table_.decimal = kinds.decimal;
    table_.date_order = kinds.order;
    date_orders_.assign(num_columns_, options_.date_order);
    for (size_t column = 0; column < num_columns_; ++column) {
      if (roles_[column] == Role::kLabel) continue;
      if (roles_[column] == Role::kIgnored) {
        table_.kinds.emplace_back(key_of(column), ColumnKind::kIgnored);
        continue;
      }
      InferredColumn inferred = std::move(kinds.columns[column]);
      // A time that makes no features is not read.
      const bool is_not_read = given[column] == ColumnKind::kTime && !options_.hour && !options_.weekday;
      if ((given[column] && *given[column] != inferred.kind) || is_not_read) inferred.problem = "";
      if (given[column]) inferred.kind = *given[column];
      if (!inferred.problem.empty())
        throw Error(ErrorKind::kData,
                    fmt::format("'{}', column '{}': {}, add --set {}.{}", source_, names_[column], inferred.problem,
                                shell_word(fmt::format("data.columns={}: ignore", key_of(column))),
                                inferred.kind == ColumnKind::kTime
                                    ? fmt::format(" If it only names rows, add --set {}.",
                                                  shell_word(fmt::format("data.columns={}: time", key_of(column))))
                                    : ""));
      formats_[column] = inferred.format;
      if (inferred.order != DateOrder::kUnknown) date_orders_[column] = inferred.order;
      roles_[column] = role_of(inferred.kind);
      table_.kinds.emplace_back(key_of(column), inferred.kind);
      if (inferred.kind == ColumnKind::kText)
        table_.notes.push_back(fmt::format("Column '{}' has free text and is left out.", names_[column]));
      if (roles_[column] == Role::kIdentity || roles_[column] == Role::kTime)
        table_.identity_columns.push_back(names_[column]);
    }
    if ((options_.hour || options_.weekday) && !options_.only_labels &&
        std::ranges::find(roles_, Role::kTime) == roles_.end())
      throw Error(ErrorKind::kUsage, fmt::format("data.time_features is set, but '{}' has no column of times. Name one "
                                                 "with --set \"data.columns=NAME: time\".",
                                                 source_));
    name_columns();
    if (table_.columns.empty() && options_.label_column.empty())
      fail_whole("it has no column of numbers or categories. Kinds are set with data.columns");
  }

  static Role role_of(ColumnKind kind) {
    switch (kind) {
      case ColumnKind::kNumber:
        return Role::kValue;
      case ColumnKind::kCategory:
        return Role::kCategory;
      case ColumnKind::kTime:
        return Role::kTime;
      case ColumnKind::kIdentifier:
        return Role::kIdentity;
      default:
        return Role::kIgnored;
    }
  }

  /// Number of features that a column makes.
  size_t num_values(size_t column) const {
    const Role role = roles_[column];
    if (role == Role::kTime) return 2 * (size_t{options_.hour} + size_t{options_.weekday});
    return role == Role::kValue || role == Role::kCategory ? 1 : 0;
  }

  /// Reads up to `count` rows, with the roles and the origin of the columns.
  void read_rows(int64_t count, const Context& context) {
    table_.num_rows = 0;
    table_.values.clear();
    table_.labels.clear();
    table_.identity.clear();
    table_.num_bad = 0;
    table_.missing = table_.infinite = {};
    precision_.assign(num_columns_, {});
    num_missing_.assign(num_columns_, 0);
    counts_rows_ = true;
    last_count_ = -1;
    num_blank_ += skip_blank_lines();
    reserve(count);
    for (; !at_end() && table_.num_rows < count; num_blank_ = skip_blank_lines()) {
      if (num_columns_ == 1 && roles_[0] == Role::kValue) add_blank_rows(num_blank_);
      if (table_.num_rows % kRowsBetweenProgress == 0)
        context.progress("reading rows", position_ - text_.data(), std::ssize(text_));
      read_row();
    }
  }

  /// In a table of one column, a blank line is a row without a value.
  void add_blank_rows(int64_t count) {
    for (int64_t i = 0; i < count; ++i, ++table_.num_rows) {
      if (table_.missing.count++ == 0) table_.missing.first = {line_ - count + i, names_[0]};
      ++num_missing_[0];
      table_.values.push_back(kNan);
    }
  }

  void list_categories() {
    for (size_t column = 0; column < num_columns_; ++column) {
      if (num_values(column) != 1) {
        table_.categories.resize(table_.categories.size() + num_values(column));
        continue;
      }
      std::vector<std::string> names(category_numbers_[column].size());
      for (const auto& [name, number] : category_numbers_[column]) names[static_cast<size_t>(number)] = name;
      table_.categories.push_back(std::move(names));
    }
  }

  /// Leaves out columns that are no features. Returns whether there are any.
  bool leave_out_columns() {
    const size_t last = num_columns_ - 1;
    bool left_out = false;
    const auto leave_out = [&](size_t column, const std::string& why) {
      roles_[column] = Role::kIgnored;
      table_.notes.push_back(why);
      left_out = true;
    };
    if (num_columns_ > 1 && roles_[0] == Role::kValue && table_.has_header && is_nameless_[0]) {
      if (counts_rows_)
        leave_out(0, "The first column has no name and counts rows; it is left out.");
      else
        table_.notes.emplace_back(
            "The first column has no name and is used as a feature. To leave it out, add --set "
            "data.ignored_columns=1.");
    }
    if (num_columns_ > 1 && roles_[last] == Role::kValue && (!table_.has_header || is_nameless_[last]) &&
        num_missing_[last] == table_.num_rows)
      leave_out(last, "The last column has no name and no values; it is left out.");
    if (left_out) name_columns();
    return left_out;
  }

  /// Returns whether a column needs an origin.
  bool choose_origin() {
    if (!options_.centers) return false;
    bool needed = false;
    std::vector<double> origin;
    origins_.assign(num_columns_, 0);
    for (size_t column = 0; column < num_columns_; ++column) {
      if (num_values(column) != 1) {
        origin.resize(origin.size() + num_values(column));
        continue;
      }
      const ColumnPrecision& precision = precision_[column];
      if (precision.needs_origin()) {
        origins_[column] = precision.origin();
        needed = true;
        if (precision.lost() > 0)
          table_.notes.push_back(
              fmt::format("Column '{}' has integers that differ by less than float32 can hold: they "
                          "are rounded by up to {:g}. To leave it out, add --set "
                          "data.ignored_columns={}.",
                          names_[column], precision.lost(), key_of(column)));
      }
      origin.push_back(origins_[column]);
    }
    if (needed) table_.origin = std::move(origin);
    return needed;
  }

  /// What names a column in options.
  std::string key_of(size_t column) const {
    return table_.has_header && !shared_names_.contains(names_[column]) ? names_[column] : std::to_string(column + 1);
  }

  /// Reads the first line (names or values) and sets the columns and their roles. A line of values is read again as a
  /// row.
  void read_first_line() {
    Fields fields({position_, remaining()}, delimiter_);
    std::vector<std::string> texts;
    do {
      bool open_quote = false;
      texts.push_back(fields.next(open_quote));
      if (open_quote) fail(line_, "a closing quote is missing");
      if (texts.size() > kMostColumns) fail_whole(fmt::format("its first line has more than {} fields", kMostColumns));
    } while (!fields.at_end());
    const std::string_view rest(fields.position(), static_cast<size_t>(end() - fields.position()));
    table_.has_header = options_.header == CsvOptions::Header::kYes ||
                        (options_.header == CsvOptions::Header::kAuto && are_names(texts, second_line(rest)));
    num_columns_ = texts.size();
    table_.num_fields = std::ssize(texts);
    names_.resize(num_columns_);
    is_nameless_.resize(num_columns_);
    for (size_t i = 0; i < num_columns_; ++i) {
      is_nameless_[i] = !table_.has_header || texts[i].empty();
      names_[i] = is_nameless_[i] ? fmt::format("column {}", i + 1) : utf8_of_text(texts[i]);
    }
    if (table_.has_header) rename_duplicates();
    assign_roles();
    if (!table_.has_header) return;
    line_ += std::count(position_, fields.position(), '\n');
    position_ = fields.position();
  }

  /// The fields of the next line that is not blank; none at the end.
  std::vector<std::string> second_line(std::string_view rest) const {
    while (!rest.empty() && (rest.front() == '\n' || rest.front() == '\r')) rest.remove_prefix(1);
    std::vector<std::string> texts;
    if (rest.empty()) return texts;
    Fields fields(rest, delimiter_);
    bool open_quote = false;
    do texts.push_back(fields.next(open_quote));
    while (!fields.at_end());
    return texts;
  }

  /// So that a name is that of one column.
  void rename_duplicates() {
    for (const auto& [index, before] : number_duplicates(names_)) {
      shared_names_.insert(before);
      table_.notes.push_back(fmt::format("Several columns have the name '{}'; column {} is called '{}'.", before,
                                         index + 1, names_[index]));
    }
  }

  void name_columns() {
    table_.columns.clear();
    for (size_t i = 0; i < num_columns_; ++i) {
      if (roles_[i] == Role::kValue || roles_[i] == Role::kCategory) table_.columns.push_back(names_[i]);
      if (roles_[i] != Role::kTime) continue;
      for (const auto& [is_asked, part] : {std::pair{options_.hour, "hour"}, {options_.weekday, "weekday"}})
        for (const char* function : {"sine", "cosine"})
          if (is_asked) table_.columns.push_back(fmt::format("{} ({}, {})", names_[i], part, function));
    }
  }

  void assign_roles() {
    roles_.assign(num_columns_, options_.only_labels ? Role::kIgnored : Role::kValue);
    for (const std::string& name : options_.ignored_columns) roles_[find_column(name)] = Role::kIgnored;
    if (!options_.label_column.empty()) roles_[find_column(options_.label_column)] = Role::kLabel;
    name_columns();
    if (table_.columns.empty() && options_.label_column.empty()) fail_whole("no value columns are left");
  }

  size_t find_column(const std::string& name) const {
    const auto reject = [&](const std::string& found) {
      throw Error(ErrorKind::kUsage, fmt::format("'{}' {}", source_, found));
    };
    const auto found = std::ranges::find(names_, name);
    if (table_.has_header && shared_names_.contains(name))
      reject(fmt::format("has several columns '{}'. Give the number of the column instead.", name));
    if (table_.has_header && found != names_.end()) return static_cast<size_t>(found - names_.begin());
    int64_t number = 0;
    const auto [stop, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    const auto count = static_cast<int64_t>(num_columns_);
    if (error == std::errc() && stop == name.data() + name.size() && number != 0 && number >= -count && number <= count)
      return static_cast<size_t>(number > 0 ? number - 1 : count + number);
    reject(fmt::format("has no column '{}' among its {} columns.{}", name, num_columns_,
                       table_.has_header
                           ? did_you_mean(name, names_)
                           : fmt::format(" Its first line has no column names. Give a number from 1 to {}, or -1 "
                                         "for the last, or set data.header=yes.",
                                         num_columns_)));
    return 0;
  }

  /// Reserves memory for the values. The estimate assumes that all lines are as long as the next one; a value has at
  /// least one character and a delimiter.
  void reserve(int64_t rows) {
    if (at_end()) return;
    const char* line_end = std::find(position_, end(), '\n');
    const size_t length = std::max<size_t>(1, static_cast<size_t>(line_end - position_));
    const size_t most = std::min(remaining() / length + 1, static_cast<size_t>(rows)) * table_.columns.size();
    table_.values.reserve(std::min(most, remaining() / 2 + 1));
  }

  void read_row() {
    row_line_ = line_;
    row_start_ = position_;
    size_t column = 0;
    while (true) {
      if (column == num_columns_) fail_ragged(column);
      const bool last = roles_[column] == Role::kValue && formats_[column].is_plain() && read_number(column)
                            ? finish_number()
                            : read_text(column);
      ++column;
      if (last) break;
    }
    if (column != num_columns_) fail_ragged(column);
    if (!table_.identity_columns.empty()) table_.identity.push_back(std::move(row_identity_));
    row_identity_.clear();
    ++table_.num_rows;
  }

  /// Reads a field that is a plain number up to the delimiter or line end. For any other field, returns false and reads
  /// nothing.
  bool read_number(size_t column) {
    double value = 0;
    const auto [stop, error] = std::from_chars(position_, end(), value);
    if (error != std::errc() || !(std::abs(value) <= kLargestFloat)) return false;
    const char* p = stop;
    if (p != end() && *p == '\r') ++p;
    if (p != end() && *p != delimiter_ && *p != '\n') return false;
    push(value, column);
    position_ = p;
    return true;
  }

  void push(double value, size_t column) {
    precision_[column].add(value);
    if (column == 0) {
      counts_rows_ = counts_rows_ && value > last_count_ && value == std::trunc(value);
      last_count_ = value;
    }
    table_.values.push_back(static_cast<float>(origins_.empty() ? value : value - origins_[column]));
  }

  /// Skips the delimiter or the line end. Returns whether it was a line end.
  bool finish_number() {
    if (at_end()) return true;
    const bool is_line_end = *position_++ == '\n';
    line_ += is_line_end;
    return is_line_end;
  }

  /// Reads any other field: quoted, padded, missing, infinite, a label or ignored.
  bool read_text(size_t column) {
    Fields fields({position_, remaining()}, delimiter_);
    bool open_quote = false;
    std::string text = fields.next(open_quote);
    if (open_quote) fail(line_, fmt::format("the closing quote in column '{}' is missing", names_[column]));
    if (roles_[column] == Role::kLabel)
      table_.labels.push_back(utf8_of_text(std::move(text)));
    else if (roles_[column] == Role::kCategory)
      add_category(utf8_of_text(std::string(trimmed(text))), column);
    else if (roles_[column] == Role::kValue)
      add_value(text, column);
    else if (roles_[column] == Role::kTime)
      add_time(text, column);
    if (roles_[column] == Role::kIdentity || roles_[column] == Role::kTime)
      row_identity_.push_back(utf8_of_text(std::move(text)));
    line_ += std::count(position_, fields.position(), '\n');
    position_ = fields.position();
    return fields.at_end();
  }

  void add_category(const std::string& text, size_t column) {
    constexpr size_t kMostCategories = 1000;
    if (is_missing(text)) {
      table_.values.push_back(-1);
      return;
    }
    auto& numbers = category_numbers_[column];
    const auto [found, added] = numbers.try_emplace(text, static_cast<float>(numbers.size()));
    if (added && numbers.size() > kMostCategories)
      fail(line_, fmt::format("column '{}' has more than {} categories. Leave it out with --set {}, or make it an "
                              "identifier with {}",
                              names_[column], kMostCategories,
                              shell_word(fmt::format("data.columns={}: ignore", key_of(column))),
                              shell_word(fmt::format("{}: id", key_of(column)))));
    table_.values.push_back(found->second);
  }

  void note(CsvGaps& gaps, size_t column) const {
    if (gaps.count++ == 0) gaps.first = {line_, names_[column]};
  }

  /// A field without a value.
  void add_missing(size_t column) {
    note(table_.missing, column);
    ++num_missing_[column];
    if (column == 0) counts_rows_ = false;
    table_.values.insert(table_.values.end(), num_values(column), kNan);
  }

  void add_value(const std::string& text, size_t column) {
    const std::string_view field = trimmed(text);
    if (is_missing(field)) return add_missing(column);
    const std::optional<double> value = parse_number(field, formats_[column]);
    if (!value && !options_.bad_is_missing) fail_text(text, column);
    if (!value) {
      ++table_.num_bad;
      return add_missing(column);
    }
    if (!std::isfinite(*value)) note(table_.infinite, column);
    push(*value, column);
  }

  /// Hour of the day and day of the week as points of a circle, so that 23:59 is near 00:00.
  void add_time(const std::string& text, size_t column) {
    if (num_values(column) == 0) return;
    const std::string_view field = trimmed(text);
    if (is_missing(field)) return add_missing(column);
    const std::optional<TimeOfWeek> time = parse_time(field, date_orders_[column]);
    const bool lacks_day = time && options_.weekday && !time->weekday;
    if ((!time || lacks_day) && !options_.bad_is_missing)
      fail(line_, fmt::format("column '{}' contains '{}'; {}. To read such texts as missing values, add --set "
                              "data.on_bad_value=missing",
                              names_[column], text,
                              lacks_day ? "a date was expected, because data.time_features has weekday"
                                        : "a date or a time was expected, such as 2025-03-31 12:00"));
    if (!time || lacks_day) {
      ++table_.num_bad;
      return add_missing(column);
    }
    constexpr double kHours = 24, kDays = 7;
    const auto add = [&](bool is_asked, double turns) {
      if (!is_asked) return;
      table_.values.push_back(static_cast<float>(std::sin(2 * std::numbers::pi * turns)));
      table_.values.push_back(static_cast<float>(std::cos(2 * std::numbers::pi * turns)));
    };
    add(options_.hour, time->hour / kHours);
    add(options_.weekday, time->weekday.value_or(0) / kDays);
  }

  /// The value columns that have text in the row that starts at row_start_.
  std::vector<size_t> text_columns() const {
    std::vector<size_t> columns;
    Fields fields({row_start_, static_cast<size_t>(end() - row_start_)}, delimiter_);
    for (size_t column = 0; column < num_columns_; ++column) {
      bool open_quote = false;
      const std::string text = fields.next(open_quote);
      const std::string_view field = trimmed(text);
      if (roles_[column] == Role::kValue && !is_missing(field) && !parse_number(field, formats_[column]))
        columns.push_back(column);
      if (fields.at_end()) break;
    }
    return columns;
  }

  [[noreturn]] void fail_text(const std::string& text, size_t column) const {
    constexpr size_t kMostShown = 40;
    const std::string shown = text.size() > kMostShown ? fmt::format("{:.{}}...", text, kMostShown) : text;
    std::vector<std::string> ignored = options_.ignored_columns, others;
    const std::vector<size_t> columns = text_columns();
    for (const size_t each : columns) {
      ignored.push_back(key_of(each));
      if (each != column) others.push_back(fmt::format("'{}'", names_[each]));
    }
    const size_t last = columns.empty() ? column : columns.back();  // labels are often the last column
    const bool may_be_names = table_.num_rows == 0 && !table_.has_header;
    fail(line_,
         fmt::format(
             "column '{}' contains the text '{}'; a number was expected.{} To read such texts as missing values, add "
             "--set data.on_bad_value=missing. To ignore columns of text, add --set {}. To use one as labels, add "
             "--set {}{}",
             names_[column], shown, others.empty() ? "" : fmt::format(" Other columns with text: {}.", join(others)),
             shell_word("data.ignored_columns=" + join(ignored, ",")), shell_word("data.label_column=" + key_of(last)),
             may_be_names ? ". If the first line has column names, set data.header=yes" : ""));
  }

  [[noreturn]] void fail_ragged(size_t found) const {
    fail(row_line_,
         fmt::format(
             "it has {} fields, but the first line has {} (separated by '{}'). All rows must have the same number",
             found < num_columns_ ? std::to_string(found) : fmt::format("more than {}", found), num_columns_,
             delimiter_ == '\t' ? "\\t" : std::string(1, delimiter_)));
  }

  std::string_view text_;
  CsvOptions options_;
  std::string source_;
  const char* position_;
  bool is_started_ = false;
  int64_t num_blank_ = 0;  // blank lines before the next row
  char delimiter_ = 0;     // 0: the first line is not read yet
  int64_t line_ = 1;
  int64_t row_line_ = 1;
  const char* row_start_ = nullptr;
  size_t num_columns_ = 0;
  std::vector<std::string> names_;
  std::set<std::string> shared_names_;  // of several columns, in the text
  std::vector<bool> is_nameless_;       // by column, in the text
  std::vector<Role> roles_;
  std::vector<double> origins_;                                           // by column; empty: all 0
  std::vector<ColumnPrecision> precision_;                                // by column
  std::vector<int64_t> num_missing_;                                      // by column
  bool counts_rows_ = true;                                               // the first column has increasing integers
  double last_count_ = -1;                                                // its last value
  std::vector<NumberFormat> formats_;                                     // by column
  std::vector<DateOrder> date_orders_;                                    // by column
  std::vector<std::unordered_map<std::string, float>> category_numbers_;  // by column
  std::vector<std::string> row_identity_;                                 // texts of the current row
  CsvTable table_;
};

CsvParser::CsvParser(std::string_view text, CsvOptions options, std::string source)
    : parser_(std::make_unique<Parser>(text, std::move(options), std::move(source))) {}
CsvParser::~CsvParser() = default;
CsvParser::CsvParser(CsvParser&&) noexcept = default;

CsvTable CsvParser::next(int64_t rows, const Context& context) { return parser_->next(rows, context); }
std::vector<std::string> CsvParser::column_names() { return parser_->column_names(); }
int64_t CsvParser::num_columns() { return parser_->num_columns(); }
size_t CsvParser::position() const { return parser_->position(); }

CsvTable parse_csv(std::string_view text, const CsvOptions& options, const std::string& source,
                   const Context& context) {
  return CsvParser(text, options, source).next(std::numeric_limits<int64_t>::max(), context);
}

std::vector<std::string> parse_csv_names(std::string_view text, const CsvOptions& options, const std::string& source) {
  return CsvParser(text, options, source).column_names();
}

}  // namespace hourglass
