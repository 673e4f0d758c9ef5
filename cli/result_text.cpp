#include "result_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/error.h"
#include "text.h"

namespace hourglass::cli {
namespace {

constexpr double kLargestWhole = 1e15;

}  // namespace

std::string cell_text(const Cell& cell) {
  const double* number = std::get_if<double>(&cell);
  if (!number) return std::get<std::string>(cell);
  if (std::isnan(*number)) return "-";
  if (*number == std::trunc(*number) && std::abs(*number) < kLargestWhole) return count(static_cast<int64_t>(*number));
  return std::abs(*number) >= 1e4 && std::abs(*number) < kLargestWhole ? count(std::llround(*number))
                                                                       : fmt::format("{:.4g}", *number);
}

std::vector<std::vector<std::string>> cells(const ResultTable& table) {
  std::vector<std::vector<std::string>> lines = {table.columns};
  for (const auto& row : table.rows) {
    lines.emplace_back();
    for (const Cell& cell : row) lines.back().push_back(cell_text(cell));
  }
  return lines;
}

std::string alignment(const ResultTable& table) {
  std::string align(table.columns.size(), '<');
  for (size_t column = 0; column < align.size(); ++column)
    if (std::ranges::any_of(table.rows, [&](const auto& row) { return std::holds_alternative<double>(row[column]); }))
      align[column] = '>';
  return align;
}

void make_new_folder(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(folder, error) && !(fs::is_directory(folder, error) && fs::is_empty(folder, error)))
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' already exists and is not overwritten. Give another folder.", folder.string()));
  fs::create_directories(folder, error);
  if (error)
    throw Error(ErrorKind::kIo, fmt::format("Cannot create the folder '{}': {}.", folder.string(), error.message()));
}

}  // namespace hourglass::cli
