#include "column_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/json.h"
#include "text.h"

namespace hourglass::cli {
namespace {

constexpr size_t kMostColumns = 40, kMostSuspects = 12, kMostPairs = 10, kMostCategories = 3, kLineWidth = 118;

std::string column_number(double value) {
  if (std::isnan(value)) return "";
  // Such as seconds since 1970, of which six digits say little.
  return std::abs(value) >= 1e6 && std::abs(value) < 1e15 ? fmt::format("{:.0f}", value) : fmt::format("{:.6g}", value);
}

std::string optional_count(const std::optional<int64_t>& value) { return value ? count(*value) : ""; }

std::string percent_text(double share) { return fmt::format("{:.3g} %", 100 * share); }

double share_of(const CategoryCount& category, const ColumnStatistics& column, int64_t rows) {
  return static_cast<double>(category.rows) / static_cast<double>(rows - column.missing.value_or(0));
}

std::string frequent_text(const ColumnStatistics& column, int64_t rows) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < std::min(column.frequent.size(), kMostCategories); ++i)
    texts.push_back(column.frequent[i].name + " " + percent_text(share_of(column.frequent[i], column, rows)));
  if (column.distinct && *column.distinct > static_cast<int64_t>(texts.size()) && !texts.empty())
    texts.emplace_back("...");
  return join(texts);
}

std::string column_lines(const TableStatistics& statistics) {
  const bool shows_frequent =
      std::ranges::any_of(statistics.columns, [](const ColumnStatistics& column) { return !column.frequent.empty(); });
  std::vector<std::vector<std::string>> rows = {
      {"column", "kind", "missing", "distinct", "min", "5 %", "median", "95 %", "max"}};
  if (shows_frequent) rows[0].emplace_back("most frequent");
  for (size_t i = 0; i < std::min(statistics.columns.size(), kMostColumns); ++i) {
    const ColumnStatistics& column = statistics.columns[i];
    rows.push_back({column.name, column.kind, optional_count(column.missing), optional_count(column.distinct),
                    column_number(column.min), column_number(column.low), column_number(column.median),
                    column_number(column.high), column_number(column.max)});
    if (shows_frequent) rows.back().push_back(frequent_text(column, statistics.rows));
  }
  return table("<<>>>>>>><", rows);
}

// "  Constant columns: a, b, ... (14 in all)"
std::string suspects(const std::string& what, std::vector<std::string> texts, size_t most, const char* separator) {
  if (texts.empty()) return "";
  const size_t all = texts.size();
  if (all > most) {
    texts.resize(most);
    texts.push_back(fmt::format("... ({} in all)", count(static_cast<int64_t>(all))));
  }
  return "  " + wrapped(what + ": " + join(texts, separator), 4, kLineWidth);
}

std::vector<std::string> constant_columns(const TableStatistics& statistics) {
  std::vector<std::string> names;
  for (const ColumnStatistics& column : statistics.columns)
    if (column.is_constant(statistics.rows)) names.push_back(column.name);
  return names;
}

std::string suspects_text(const TableStatistics& statistics) {
  std::vector<std::string> similar, missing;
  for (const SimilarColumns& each : statistics.similar)
    similar.push_back(fmt::format("{} is like {} (correlation {:.5g})", each.column, each.earlier, each.correlation));
  for (const ColumnStatistics& column : statistics.columns)
    if (column.is_mostly_missing(statistics.rows))
      missing.push_back(
          fmt::format("{} ({})", column.name,
                      percent_text(static_cast<double>(*column.missing) / static_cast<double>(statistics.rows))));
  std::string text = suspects("Constant columns", constant_columns(statistics), kMostSuspects, ", ") +
                     suspects("Columns that are nearly equal", similar, kMostPairs, "; ") +
                     suspects("Columns with over half of their values missing", missing, kMostSuspects, ", ");
  if (statistics.compared < statistics.features)
    text += fmt::format("  Only the first {} of {} features were compared with each other.\n",
                        count(statistics.compared), count(statistics.features));
  return text.empty() ? "" : "\n" + text;
}

}  // namespace

std::string columns_text(const TableStatistics& statistics) {
  std::string text = column_lines(statistics);
  if (statistics.columns.size() > kMostColumns)
    text += fmt::format("  ... and {} more columns; --json has all of them\n",
                        count(static_cast<int64_t>(statistics.columns.size() - kMostColumns)));
  if (statistics.sampled_rows < statistics.rows)
    text += fmt::format(
        "  missing, min, max, shares are of all {} rows; distinct values and quantiles of {} evenly spaced rows\n",
        count(statistics.rows), count(statistics.sampled_rows));
  return text + suspects_text(statistics);
}

Json columns_json(const TableStatistics& statistics) {
  Json columns = Json::array(), similar = Json::array();
  for (const ColumnStatistics& column : statistics.columns) {
    Json json = {{"name", column.name}, {"kind", column.kind}};
    if (column.missing) json["num_missing"] = *column.missing;
    if (column.distinct) json["num_distinct"] = *column.distinct;
    if (column.kind == "number")
      for (const auto& [key, value] : {std::pair{"min", column.min},
                                       {"quantile_05", column.low},
                                       {"median", column.median},
                                       {"quantile_95", column.high},
                                       {"max", column.max}})
        json[key] = json_number(value);
    for (const CategoryCount& category : column.frequent)
      json["frequent"].push_back(
          {{"name", category.name}, {"rows", category.rows}, {"share", share_of(category, column, statistics.rows)}});
    if (column.is_mostly_missing(statistics.rows)) json["is_mostly_missing"] = true;
    if (column.is_constant(statistics.rows)) json["is_constant"] = true;
    columns.push_back(std::move(json));
  }
  for (const SimilarColumns& each : statistics.similar)
    similar.push_back({{"column", each.column}, {"earlier", each.earlier}, {"correlation", each.correlation}});
  return {{"num_rows", statistics.rows},         {"num_sampled_rows", statistics.sampled_rows},
          {"columns", std::move(columns)},       {"similar", std::move(similar)},
          {"num_features", statistics.features}, {"num_compared", statistics.compared}};
}

}  // namespace hourglass::cli
