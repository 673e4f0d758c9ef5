#include "formats/csv_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <unordered_map>

#include "core/text.h"
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

/// Parses one table. Every error message names the source and the line.
class Parser {
 public:
  Parser(std::string_view text, const CsvOptions& options, const std::string& source)
      : text_(without_byte_order_mark(text)), options_(options), source_(source), position_(text_.data()) {}

  CsvTable parse(const Context& context) {
    start();
    const char* first_row = position_;
    const int64_t first_line = line_;
    choose_kinds();
    read_rows(context);
    const bool leaves_out = leave_out_columns(), has_origin = choose_origin();
    if (leaves_out || has_origin) {
      position_ = first_row;
      line_ = first_line;
      read_rows(context);
    }
    if (table_.num_bad > 0)
      table_.notes.push_back(
          fmt::format("{} texts in columns of numbers count as missing values (data.on_bad_value).", table_.num_bad));
    list_categories();
    return std::move(table_);
  }

  /// Empty if the first line has no names.
  std::vector<std::string> column_names() {
    start();
    return table_.has_header ? names_ : std::vector<std::string>();
  }

 private:
  enum class Role : uint8_t { kValue, kCategory, kIdentity, kLabel, kIgnored };

  void start() {
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
    InferredColumns kinds = infer_columns({position_, remaining()}, delimiter_, names_, is_wanted, options_.decimal);
    table_.decimal = kinds.decimal;
    for (size_t column = 0; column < num_columns_; ++column) {
      if (roles_[column] == Role::kLabel) continue;
      if (roles_[column] == Role::kIgnored) {
        table_.kinds.emplace_back(key_of(column), ColumnKind::kIgnored);
        continue;
      }
      InferredColumn inferred = std::move(kinds.columns[column]);
      if (given[column] && *given[column] != ColumnKind::kNumber) inferred.problem = "";
      if (given[column]) inferred.kind = *given[column];
      if (!inferred.problem.empty())
        throw Error(ErrorKind::kData,
                    fmt::format("'{}', column '{}': {}, with --set {}.", source_, names_[column], inferred.problem,
                                shell_word(fmt::format("data.columns={}: ignore", key_of(column)))));
      formats_[column] = inferred.format;
      roles_[column] = role_of(inferred.kind);
      table_.kinds.emplace_back(key_of(column), inferred.kind);
      if (inferred.kind == ColumnKind::kText)
        table_.notes.push_back(fmt::format("Column '{}' has free text and is left out.", names_[column]));
      if (roles_[column] == Role::kIdentity) table_.identity_columns.push_back(names_[column]);
    }
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
      case ColumnKind::kIdentifier:
        return Role::kIdentity;
      default:
        return Role::kIgnored;
    }
  }

  static bool is_feature(Role role) { return role == Role::kValue || role == Role::kCategory; }

  /// Reads all rows, with the roles and the origin of the columns.
  void read_rows(const Context& context) {
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
    int64_t blank = skip_blank_lines();
    reserve();
    for (; !at_end(); blank = skip_blank_lines()) {
      if (num_columns_ == 1 && roles_[0] == Role::kValue) add_blank_rows(blank);
      if (table_.num_rows % kRowsBetweenProgress == 0)
        context.progress("reading rows", position_ - text_.data(), std::ssize(text_));
      read_row();
    }
    if (table_.num_rows == 0) fail_whole("it has column names, but no rows");
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
      if (!is_feature(roles_[column])) continue;
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
      if (!is_feature(roles_[column])) continue;
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
      names_[i] = is_nameless_[i] ? fmt::format("column {}", i + 1) : texts[i];
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
    for (size_t i = 0; i < num_columns_; ++i)
      if (is_feature(roles_[i])) table_.columns.push_back(names_[i]);
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
  void reserve() {
    const char* line_end = std::find(position_, end(), '\n');
    const size_t length = std::max<size_t>(1, static_cast<size_t>(line_end - position_));
    table_.values.reserve(std::min((remaining() / length + 1) * table_.columns.size(), remaining() / 2 + 1));
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
      table_.labels.push_back(std::move(text));
    else if (roles_[column] == Role::kIdentity)
      row_identity_.push_back(std::move(text));
    else if (roles_[column] == Role::kCategory)
      add_category(std::string(trimmed(text)), column);
    else if (roles_[column] == Role::kValue)
      add_value(text, column);
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

  void add_value(const std::string& text, size_t column) {
    const auto note = [&](CsvGaps& gaps) {
      if (gaps.count++ == 0) gaps.first = {line_, names_[column]};
    };
    const std::string_view field = trimmed(text);
    if (is_missing(field)) {
      note(table_.missing);
      ++num_missing_[column];
      if (column == 0) counts_rows_ = false;
      table_.values.push_back(kNan);
      return;
    }
    std::optional<double> value = parse_number(field, formats_[column]);
    if (!value && options_.bad_is_missing) {
      ++table_.num_bad;
      note(table_.missing);
      ++num_missing_[column];
      table_.values.push_back(kNan);
      return;
    }
    if (!value) fail_text(text, column);
    if (!std::isfinite(*value)) note(table_.infinite);
    push(*value, column);
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
  const CsvOptions& options_;
  const std::string& source_;
  const char* position_;
  char delimiter_ = ',';
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
  std::vector<std::unordered_map<std::string, float>> category_numbers_;  // by column
  std::vector<std::string> row_identity_;                                 // texts of the current row
  CsvTable table_;
};

}  // namespace

CsvTable parse_csv(std::string_view text, const CsvOptions& options, const std::string& source,
                   const Context& context) {
  return Parser(text, options, source).parse(context);
}

std::vector<std::string> parse_csv_names(std::string_view text, const CsvOptions& options, const std::string& source) {
  return Parser(text, options, source).column_names();
}

}  // namespace hourglass
