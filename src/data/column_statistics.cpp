#include "hourglass/column_statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_set>

#include "core/text.h"
#include "data/sample_transform.h"
#include "data/similar_columns.h"
#include "hourglass/error.h"
#include "kernels/matmul.h"

namespace hourglass {
namespace {

constexpr int64_t kMostRows = 20'000, kFewestRows = 100;
constexpr int64_t kMostValues = 60'000'000;  // of the sampled rows, in memory
constexpr size_t kMostCompared = 2000;
constexpr size_t kMostFrequent = 5;

using Categories = std::vector<std::vector<std::string>>;

// The sets of the data that have samples, as stored differences from the origin of the first: float32 values far from 0
// would not keep them apart.
struct Table {
  std::vector<Dataset> sets;
  int64_t rows = 0;
  size_t width = 0;
  std::vector<double> origin;  // one per feature
  Categories categories;       // of each feature; empty for numbers
};

Table table_of(const DataSplit& data) {
  Table table;
  const std::span<const double> origin = data.train.is_preprocessed() ? std::span<const double>() : data.train.origin();
  for (const Dataset* set : {&data.train, &data.validation, &data.test}) {
    if (set->size() == 0) continue;
    if (set->sample_shape().size() != 1 || set->sample_dim() != data.train.sample_dim())
      throw Error(ErrorKind::kUsage,
                  fmt::format("'{}' has samples of {}; columns are those of a table, whose samples are rows.",
                              set->name(), to_string(set->sample_shape())));
    const bool has_origin = !set->is_preprocessed() && (!origin.empty() || !set->origin().empty());
    table.sets.push_back(has_origin ? set->with_transform(relative_to(*set, origin, set->storage().type())) : *set);
    table.rows += set->size();
  }
  if (table.sets.empty()) throw Error(ErrorKind::kUsage, "There are no samples; expected at least one.");
  table.width = static_cast<size_t>(table.sets[0].sample_dim());
  table.origin.assign(table.width, 0);
  std::ranges::copy(origin, table.origin.begin());
  table.categories = table.sets[0].categories();
  table.categories.resize(table.width);
  return table;
}

// Calls visit(values) with the features of each row. Reads blocks of rows.
template <typename Visit>
void for_each_row(const Table& table, const Visit& visit) {
  const auto width = static_cast<int64_t>(table.width);
  const int64_t step = std::clamp<int64_t>((int64_t{1} << 20) / width, 1, 1024);
  std::vector<float> block(static_cast<size_t>(step * width));
  for (const Dataset& set : table.sets)
    for (int64_t begin = 0; begin < set.size(); begin += step) {
      const int64_t end = std::min(begin + step, set.size());
      set.read(begin, end, block.data());
      for (int64_t i = 0; i < end - begin; ++i) visit(block.data() + i * width);
      set.release(begin, end);
    }
}

// The rows of each set, at most `count` in all, that are evenly spaced in the table.
std::vector<std::vector<int64_t>> spaced_rows(const Table& table, int64_t count) {
  std::vector<std::vector<int64_t>> rows(table.sets.size());
  size_t set = 0;
  int64_t first = 0;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t row = i * table.rows / count;
    while (row >= first + table.sets[set].size()) first += table.sets[set++].size();
    rows[set].push_back(row - first);
  }
  return rows;
}

// The features of these rows, {width, rows}.
Tensor sampled_columns(const Table& table, const std::vector<std::vector<int64_t>>& rows, int64_t count) {
  constexpr size_t kStep = 256;
  const auto width = static_cast<int64_t>(table.width);
  Tensor columns({width, count});
  int64_t done = 0;
  for (size_t set = 0; set < rows.size(); ++set)
    for (size_t begin = 0; begin < rows[set].size(); begin += kStep) {
      const auto some = std::span(rows[set]).subspan(begin, std::min(kStep, rows[set].size() - begin));
      const Tensor block = table.sets[set].select(some).read();
      transpose(block.rows(), width, block.data(), columns.data() + done, count);
      done += block.rows();
    }
  return columns;
}

void count_distinct(std::vector<float> values, double origin, ColumnStatistics& column) {
  std::erase_if(values, [](float value) { return !std::isfinite(value); });
  std::ranges::sort(values);
  const auto quantile = [&](double share) {
    const double at = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<size_t>(at);
    const size_t above = std::min(below + 1, values.size() - 1);
    const double low = values[below], high = values[above];
    return origin + low + (at - static_cast<double>(below)) * (high - low);
  };
  if (!values.empty()) {
    column.low = quantile(0.05);
    column.median = quantile(0.5);
    column.high = quantile(0.95);
  }
  column.distinct = std::ranges::unique(values).begin() - values.begin();
}

void count_categories(const std::vector<std::string>& names, const std::vector<int64_t>& counts,
                      ColumnStatistics& column) {
  for (size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) column.frequent.push_back({i < names.size() ? names[i] : std::to_string(i), counts[i]});
  column.distinct = std::ssize(column.frequent);
  std::ranges::stable_sort(column.frequent, std::greater{}, &CategoryCount::rows);
  if (column.frequent.size() > kMostFrequent) column.frequent.resize(kMostFrequent);
}

std::vector<ColumnStatistics> feature_statistics(const Table& table, const Tensor& sampled) {
  struct Running {
    int64_t present = 0;
    float min = INFINITY, max = -INFINITY;
    std::vector<int64_t> counts;
  };
  std::vector<Running> running(table.width);
  for (size_t j = 0; j < table.width; ++j) running[j].counts.resize(table.categories[j].size());
  for_each_row(table, [&](const float* row) {
    for (size_t j = 0; j < table.width; ++j) {
      Running& own = running[j];
      if (own.counts.empty()) {
        if (!std::isfinite(row[j])) continue;
        own.min = std::min(own.min, row[j]);
        own.max = std::max(own.max, row[j]);
      } else {
        if (!(row[j] >= 0 && row[j] < static_cast<float>(own.counts.size()))) continue;
        ++own.counts[static_cast<size_t>(row[j])];
      }
      ++own.present;
    }
  });
  const std::vector<std::string>& names = table.sets[0].feature_names();
  std::vector<ColumnStatistics> columns(table.width);
  for (size_t j = 0; j < table.width; ++j) {
    ColumnStatistics& column = columns[j];
    const Running& own = running[j];
    column.name = names.empty() ? fmt::format("x{}", j) : names[j];
    column.missing = table.rows - own.present;
    if (!own.counts.empty()) {
      column.kind = "category";
      count_categories(table.categories[j], own.counts, column);
      continue;
    }
    column.kind = "number";
    const auto values = sampled.row(static_cast<int64_t>(j));
    count_distinct({values.begin(), values.end()}, table.origin[j], column);
    if (own.present == 0) continue;
    column.min = table.origin[j] + static_cast<double>(own.min);
    column.max = table.origin[j] + static_cast<double>(own.max);
    // The sample can lack the only other value.
    if (own.min < own.max) column.distinct = std::max<int64_t>(*column.distinct, 2);
  }
  return columns;
}

struct NamedKind {
  std::string name, kind;
};

// The columns that are no features: "NAME: KIND" of data.columns, and data.ignored_columns.
std::vector<NamedKind> other_columns(const DataConfig& inferred) {
  std::vector<NamedKind> others;
  for (const std::string& entry : inferred.columns) {
    const size_t colon = entry.rfind(':');
    const std::string kind = colon == std::string::npos ? "" : trim(entry.substr(colon + 1));
    if (kind == "time" || kind == "id" || kind == "text" || kind == "ignore")
      others.push_back({trim(entry.substr(0, colon)), kind});
  }
  for (const std::string& name : inferred.ignored_columns) others.push_back({name, "ignore"});
  return others;
}

void add_identity(const Table& table, const std::vector<NamedKind>& others,
                  const std::vector<std::vector<int64_t>>& sampled, std::vector<ColumnStatistics>& columns) {
  const std::vector<std::string>& names = table.sets[0].identity_columns();
  std::vector<std::string> kinds;  // both are in the order of the file
  for (const NamedKind& each : others)
    if (each.kind == "time" || each.kind == "id") kinds.push_back(each.kind);
  for (size_t j = 0; j < names.size(); ++j) {
    ColumnStatistics column{.name = names[j], .kind = kinds.size() == names.size() ? kinds[j] : "id"};
    int64_t missing = 0;
    std::unordered_set<std::string_view> texts;
    for (size_t set = 0; set < table.sets.size(); ++set) {
      for (int64_t i = 0; i < table.sets[set].size(); ++i) missing += table.sets[set].identity(i)[j].empty();
      for (const int64_t i : sampled[set])
        if (const std::string& text = table.sets[set].identity(i)[j]; !text.empty()) texts.insert(text);
    }
    column.missing = missing;
    column.distinct = std::ssize(texts);
    columns.push_back(std::move(column));
  }
}

void add_labels(const Table& table, const DataConfig& inferred, std::vector<ColumnStatistics>& columns) {
  if (!std::ranges::all_of(table.sets, &Dataset::has_labels)) return;
  std::vector<int64_t> counts;
  for (const Dataset& set : table.sets)
    for (const int32_t label : set.labels()) {
      counts.resize(std::max(counts.size(), static_cast<size_t>(label) + 1));
      ++counts[static_cast<size_t>(label)];
    }
  ColumnStatistics column{.name = inferred.label_column.empty() ? "labels" : inferred.label_column, .kind = "label"};
  column.missing = 0;
  count_categories(table.sets[0].class_names(), counts, column);
  columns.push_back(std::move(column));
}

void find_similar(const Table& table, const Tensor& sampled, const Context& context, TableStatistics& result) {
  result.features = static_cast<int64_t>(table.width);
  result.compared = static_cast<int64_t>(std::min(table.width, kMostCompared));
  std::vector<size_t> numbers, categories;
  for (size_t j = 0; j < std::min(table.width, kMostCompared); ++j)
    if (!result.columns[j].is_constant(result.rows)) (table.categories[j].empty() ? numbers : categories).push_back(j);
  std::vector<ColumnPair> pairs = correlated_columns(sampled, numbers, context);
  std::ranges::copy(equal_categories(sampled, categories, table.categories), std::back_inserter(pairs));
  std::ranges::sort(pairs, {}, &ColumnPair::column);
  for (const auto& [column, earlier, correlation] : pairs)
    result.similar.push_back({result.columns[column].name, result.columns[earlier].name, correlation});
}

}  // namespace

TableStatistics table_statistics(const DataSplit& data, const DataConfig& inferred, const Context& context) {
  const Table table = table_of(data);
  TableStatistics result;
  result.rows = table.rows;
  result.sampled_rows =
      std::min(table.rows, std::clamp(kMostValues / static_cast<int64_t>(table.width), kFewestRows, kMostRows));
  const std::vector<std::vector<int64_t>> rows = spaced_rows(table, result.sampled_rows);
  const Tensor sampled = sampled_columns(table, rows, result.sampled_rows);
  result.columns = feature_statistics(table, sampled);
  find_similar(table, sampled, context, result);
  const std::vector<NamedKind> others = other_columns(inferred);
  add_identity(table, others, rows, result.columns);
  for (const NamedKind& each : others)
    if (each.kind == "text" || each.kind == "ignore") result.columns.push_back({.name = each.name, .kind = each.kind});
  add_labels(table, inferred, result.columns);
  return result;
}

}  // namespace hourglass
