#pragma once
// Results as rows of cells: numbers and words under named columns.

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

namespace hourglass {

/// A word, or a number; NaN: not measured.
using Cell = std::variant<std::string, double>;
inline constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

struct ResultTable {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;  ///< a cell a column
};

/// RFC 4180, lines end in \n; numbers read back to the same bits, those not measured are left empty.
std::string to_csv(const ResultTable& table);
/// A list with an object a row; what was not measured is null.
nlohmann::ordered_json to_json(const ResultTable& table);

/// Sorts rows by a column, smallest first, words behind numbers and what was not measured last; rows that are equal
/// keep their order. Returns where each row stood before. Throws Error(kUsage) for an unknown column, with the nearest
/// known one.
std::vector<size_t> sort_rows(ResultTable& table, const std::string& column, bool descending);

}  // namespace hourglass
