#pragma once
// Kinds of the columns of a table, inferred from their fields.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/csv_times.h"

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

/// What the user says about all columns.
struct GivenFormats {
  char decimal = 0;                       ///< the decimal separator; 0: not given
  DateOrder order = DateOrder::kUnknown;  ///< of dates such as 03/04/2025
};

/// What the fields of a column are.
struct InferredColumn {
  ColumnKind kind = ColumnKind::kNumber;
  NumberFormat format = {};
  bool decides = false;                   ///< only one decimal separator fits
  DateOrder order = DateOrder::kUnknown;  ///< of a column of times
  std::string problem = "";               ///< why the column cannot be read, and what to do; "": it can
};

/// Whether the kind of a column of numbers can depend on its rows, because of its name.
bool kind_depends_on_rows(const std::string& name);

/// Infers the kind of a column from `fields`, the fields of the first rows that are not missing, trimmed.
///   number      at least half of the fields are numbers. One format fits all of them that have a separator.
///   time        all fields are dates or times; or whole numbers that are Unix seconds or milliseconds in a column
///   named
///               time, date or timestamp
///   identifier  texts that are all different; or whole numbers that are all different in a column named id or the
///   like,
///               or that count rows
///   category    other texts, if there are few, or only two (such as yes and no)
///   text        the rest
InferredColumn infer_column(const std::string& name, std::span<const std::string> fields, GivenFormats given = {});

/// The columns of a table.
struct InferredColumns {
  std::vector<InferredColumn> columns;
  char decimal = 0;  ///< the decimal separator that a column decides for the table; 0: none does, or it is given
  DateOrder order = DateOrder::kUnknown;  ///< likewise
};

/// Infers the kinds of the columns of `rows` from the first 1,000; those that are not wanted stay numbers. A table has
/// one decimal separator and one order of dates: if a column decides it, the others follow.
InferredColumns infer_columns(std::string_view rows, char delimiter, const std::vector<std::string>& names,
                              const std::vector<bool>& is_wanted, GivenFormats given);

}  // namespace hourglass
