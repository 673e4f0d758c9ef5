#include "study/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/text.h"
#include "formats/csv.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

bool is_missing(const Cell& cell) {
  const double* number = std::get_if<double>(&cell);
  return number ? std::isnan(*number) : std::get<std::string>(cell).empty();
}

std::string csv_cell(const Cell& cell) {
  if (is_missing(cell)) return "";
  const double* number = std::get_if<double>(&cell);
  return number ? fmt::format("{}", *number) : csv_field(std::get<std::string>(cell));
}

std::string csv_line(const std::vector<std::string>& cells) { return join(cells, ",") + "\n"; }

}  // namespace

std::string to_csv(const ResultTable& table) {
  std::vector<std::string> cells;
  for (const std::string& column : table.columns) cells.push_back(csv_field(column));
  std::string csv = csv_line(cells);
  for (const auto& row : table.rows) {
    cells.clear();
    for (const Cell& cell : row) cells.push_back(csv_cell(cell));
    csv += csv_line(cells);
  }
  return csv;
}

nlohmann::ordered_json to_json(const ResultTable& table) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const auto& row : table.rows) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (size_t i = 0; i < row.size(); ++i) {
      auto& value = object[table.columns[i]];
      if (!is_missing(row[i])) std::visit([&](const auto& cell) { value = cell; }, row[i]);
    }
    json.push_back(std::move(object));
  }
  return json;
}

std::vector<size_t> sort_rows(ResultTable& table, const std::string& column, bool descending) {
  const auto found = std::ranges::find(table.columns, column);
  if (found == table.columns.end())
    throw Error(ErrorKind::kUsage,
                fmt::format("There is no column '{}' to sort by.{}", column, did_you_mean(column, table.columns)));
  const auto at = static_cast<size_t>(found - table.columns.begin());
  std::vector<size_t> order(table.rows.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, [&](size_t a, size_t b) {
    const Cell &left = table.rows[a][at], &right = table.rows[b][at];
    if (is_missing(left) || is_missing(right)) return !is_missing(left) && is_missing(right);
    const bool left_is_number = std::holds_alternative<double>(left);
    if (left_is_number != std::holds_alternative<double>(right)) return left_is_number;
    return descending ? right < left : left < right;
  });
  std::vector<std::vector<Cell>> sorted;
  for (const size_t row : order) sorted.push_back(std::move(table.rows[row]));
  table.rows = std::move(sorted);
  return order;
}

}  // namespace hourglass
