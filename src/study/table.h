#pragma once
// Tables of results: named columns with numbers and strings.

#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "core/json.h"

namespace hourglass {

/// A string or a number. NaN: not measured.
using Cell = std::variant<std::string, double>;
inline constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

struct ResultTable {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;  ///< one cell per column
};

/// Returns the table as CSV (RFC 4180), with lines that end in \n. Numbers have enough digits to read back the same
/// bits. Cells that are not measured are empty.
std::string to_csv(const ResultTable& table);
/// Returns a list with one object per row. Values that are not measured are null.
nlohmann::ordered_json to_json(const ResultTable& table);

/// Sorts the rows by a column (stable): numbers first, then strings, then cells that are not measured. Ascending unless
/// `descending`. Returns the previous index of each row. Throws Error(kUsage) for an unknown column and suggests the
/// nearest known one.
std::vector<size_t> sort_rows(ResultTable& table, const std::string& column, bool descending);

}  // namespace hourglass
