#include "data/table_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "core/text.h"
#include "data/data_path.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

// The columns of data.columns, "state: category", by kind. The label is the column of kind "label", or "".
struct ColumnKinds {
  std::vector<std::pair<std::string, ColumnKind>> kinds;
  std::string label;
};

ColumnKinds column_kinds(const DataConfig& config) {
  ColumnKinds result;
  for (const std::string& entry : config.columns) {
    const size_t colon = entry.rfind(':');
    const std::string word = colon == std::string::npos ? "" : std::string(trim(entry.substr(colon + 1)));
    const std::string name = std::string(trim(entry.substr(0, colon)));
    const std::optional<ColumnKind> kind = column_kind(word);
    if (name.empty() || (!kind && word != "label"))
      throw Error(ErrorKind::kUsage,
                  fmt::format("data.columns has '{}'; expected 'NAME: KIND', such as 'state: category'. Kinds: number, "
                              "category, time, id, text, ignore, label.",
                              entry));
    if (kind)
      result.kinds.emplace_back(name, *kind);
    else
      result.label = name;
  }
  return result;
}

}  // namespace

CsvOptions csv_options(const DataConfig& config) {
  CsvOptions options;
  ColumnKinds columns = column_kinds(config);
  options.kinds = std::move(columns.kinds);
  options.decimal = config.decimal == "comma" ? ',' : config.decimal == "point" ? '.' : '\0';
  options.date_order = config.date_order == "day"     ? DateOrder::kDayFirst
                       : config.date_order == "month" ? DateOrder::kMonthFirst
                                                      : DateOrder::kUnknown;
  for (const std::string& feature : config.time_features) {
    if (feature != "hour" && feature != "weekday")
      throw Error(ErrorKind::kUsage,
                  fmt::format("data.time_features has '{}'; expected hour, weekday, or both.", feature));
    (feature == "hour" ? options.hour : options.weekday) = true;
  }
  options.bad_is_missing = config.on_bad_value == "missing";
  options.header = config.header == "yes"  ? CsvOptions::Header::kYes
                   : config.header == "no" ? CsvOptions::Header::kNo
                                           : CsvOptions::Header::kAuto;
  options.label_column = config.label_column.empty() ? columns.label : config.label_column;
  options.ignored_columns = config.ignored_columns;
  options.centers = config.layout != "nchw";  // the order of the columns is that of the values
  return options;
}

void reject_gaps(const CsvTable& table, const std::string& source) {
  for (const auto& [gaps, what] : {std::pair{&table.missing, "missing"}, std::pair{&table.infinite, "infinite"}})
    if (gaps->count > 0)
      throw Error(ErrorKind::kData,
                  fmt::format("'{}' has {} {} values, the first in line {}, column '{}'. To impute them from the "
                              "training set, train with --set \"data.preprocess=impute median\". To ignore a column, "
                              "name it in data.ignored_columns.",
                              source, gaps->count, what, gaps->first.line, gaps->first.column));
}

void note_unused_labels(const CsvTable& table, const Context& context) {
  constexpr std::array<std::string_view, 9> kUsual{"label",   "labels",  "class",      "target", "y",
                                                   "anomaly", "outlier", "is_anomaly", "species"};
  if (!context.log || !table.has_header) return;
  for (const std::string& column : table.columns) {
    std::string lower = column;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (std::ranges::find(kUsual, lower) != kUsual.end())
      context.log(
          fmt::format("Column '{0}' is used as a feature. If it has the labels, add --set "
                      "data.label_column={0}.",
                      column));
  }
}

void keep_inferred_columns(const CsvTable& table, const CsvOptions& options, DataConfig& inferred) {
  inferred.label_column = options.label_column;
  inferred.columns.clear();
  if (table.decimal == ',') inferred.decimal = "comma";  // a point is understood without this
  if (table.date_order != DateOrder::kUnknown)
    inferred.date_order = table.date_order == DateOrder::kDayFirst ? "day" : "month";
  for (const auto& [key, kind] : table.kinds)
    if ((kind != ColumnKind::kNumber || kind_depends_on_rows(key)) &&
        std::ranges::find(inferred.ignored_columns, key) == inferred.ignored_columns.end())
      inferred.columns.push_back(fmt::format("{}: {}", key, to_string(kind)));
}

void note_columns(const CsvTable& table, const std::string& source, const Context& context) {
  constexpr size_t kMostNamed = 12;
  if (!context.log || table.kinds.empty() ||
      std::ranges::all_of(table.kinds, [](const auto& each) { return each.second == ColumnKind::kNumber; }))
    return;
  context.log(fmt::format("Columns of {} (to override: --set \"data.columns=NAME: KIND, ...\"):", source));
  for (const ColumnKind kind : {ColumnKind::kNumber, ColumnKind::kCategory, ColumnKind::kTime, ColumnKind::kIdentifier,
                                ColumnKind::kText, ColumnKind::kIgnored}) {
    std::vector<std::string> names;
    for (const auto& [key, own] : table.kinds)
      if (own == kind) names.push_back(key);
    if (names.empty()) continue;
    const size_t count = names.size();
    if (count > kMostNamed) names.resize(kMostNamed);
    const char* use = kind == ColumnKind::kTime || kind == ColumnKind::kIdentifier ? "identifies rows"
                      : kind == ColumnKind::kText || kind == ColumnKind::kIgnored  ? "left out"
                                                                                   : "feature";
    context.log(fmt::format("  {:<9} {:>4}  {:<15}  {}{}", to_string(kind), count, use, join(names),
                            count > kMostNamed ? ", ..." : ""));
  }
}

std::vector<std::string> missing_columns(const DataConfig& config) {
  if (!is_data_path(config.name)) return {};
  const DataPath path = parse_data_path(config.name);
  if (path.kind != FileKind::kTable) return {};
  const std::vector<std::string> names = csv_column_names(path.file, csv_options(config));
  std::vector<std::string> wanted = config.ignored_columns, missing;
  for (const auto& [name, kind] : column_kinds(config).kinds) wanted.push_back(name);
  if (!config.label_column.empty() && config.labels.empty()) wanted.push_back(config.label_column);
  const auto is_number = [](const std::string& text) {
    return text.find_first_not_of("-0123456789") == std::string::npos;
  };
  std::ranges::copy_if(wanted, std::back_inserter(missing), [&](const std::string& name) {
    return !names.empty() && !is_number(name) && std::ranges::find(names, name) == names.end();
  });
  return missing;
}

}  // namespace hourglass
