#pragma once
// Kinds of the columns of a table, inferred from their fields.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hourglass {

enum class ColumnKind : uint8_t {
  kNumber,      ///< a feature
  kCategory,    ///< a feature with one of a few texts
  kTime,        ///< a date or a time; identifies a row
  kIdentifier,  ///< a name or number of the row
  kText,        ///< free text, left out
  kIgnored      ///< left out
};

/// "number", "category", "time", "id", "text", "ignore": as in data.columns.
const char* to_string(ColumnKind kind);
std::optional<ColumnKind> column_kind(std::string_view word);

/// How the numbers of a column are written.
struct NumberFormat {
  char decimal = '.';
  char thousands = 0;  ///< 0: none
  bool is_plain() const { return decimal == '.' && thousands == 0; }
};

/// Returns nullopt if the text is not a number of this format. As parse_number otherwise.
std::optional<double> parse_number(std::string_view text, NumberFormat format);

/// Whether the text is a date, a time of day, or both: ISO 8601, 2025/03/31, 31.03.2025, 3/31/2025, 2025-03-31
/// 12:00:00.
bool is_time(std::string_view text);

/// What the fields of a column are.
struct InferredColumn {
  ColumnKind kind = ColumnKind::kNumber;
  NumberFormat format = {};
  bool decides = false;      ///< only one decimal separator fits
  std::string problem = "";  ///< why the column cannot be read, and what to do; "": it can
};

/// Whether the kind of a column of numbers can depend on its rows, because of its name.
bool kind_depends_on_rows(const std::string& name);

/// Infers the kind of a column from `fields`, the fields of the first rows that are not missing, trimmed. `decimal`:
/// the decimal separator of the user, or 0.
///   number      at least half of the fields are numbers. One format fits all of them that have a separator.
///   time        all fields are dates or times; or whole numbers that are Unix seconds or milliseconds in a column
///   named
///               time, date or timestamp
///   identifier  texts that are all different; or whole numbers that are all different in a column named id or the
///   like,
///               or that count rows
///   category    other texts, if there are few, or only two (such as yes and no)
///   text        the rest
InferredColumn infer_column(const std::string& name, std::span<const std::string> fields, char decimal);

/// The columns of a table.
struct InferredColumns {
  std::vector<InferredColumn> columns;
  char decimal = 0;  ///< the decimal separator that a column decides for the table; 0: none does, or `decimal` is given
};

/// Infers the kinds of the columns of `rows` from the first 1,000; those that are not wanted stay numbers. A table has
/// one decimal separator: if a column decides it, the others follow.
InferredColumns infer_columns(std::string_view rows, char delimiter, const std::vector<std::string>& names,
                              const std::vector<bool>& is_wanted, char decimal);

}  // namespace hourglass
