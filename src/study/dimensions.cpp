#include "study/dimensions.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>

namespace hourglass {
namespace {

std::optional<double> number_of(const std::string& toml) {
  double number = 0;
  const auto [end, error] = std::from_chars(toml.data(), toml.data() + toml.size(), number);
  if (error != std::errc() || end != toml.data() + toml.size()) return {};
  return number;
}

/// Returns the option's values as numbers, or nothing if one is a word. Variants without a known value get NaN.
std::optional<Dimension> numeric(const OptionDifference& option) {
  Dimension dimension{option.key, {}};
  for (const std::string& value : option.values) {
    const std::optional<double> number = value.empty() ? kNotMeasured : number_of(value);
    if (!number) return {};
    dimension.values.emplace_back(*number);
  }
  return dimension;
}

bool all_numbers(const std::vector<Cell>& values) {
  return std::ranges::all_of(values, [](const Cell& cell) { return std::holds_alternative<double>(cell); });
}

/// Returns whether variants with equal `cause` always have equal `effect`.
template <typename Effect>
bool is_determined_by(const std::vector<Effect>& effect, const std::vector<Cell>& cause) {
  std::map<Cell, Effect> seen;
  for (size_t i = 0; i < effect.size(); ++i)
    if (seen.try_emplace(cause[i], effect[i]).first->second != effect[i]) return false;
  return true;
}

std::vector<Dimension> axis_dimensions(const ResultTable& results, size_t num_axes) {
  std::vector<Dimension> axes;
  for (size_t axis = 0; axis < num_axes && axis < results.columns.size(); ++axis) {
    axes.push_back({results.columns[axis], {}});
    for (const auto& row : results.rows) axes.back().values.push_back(row[axis]);
  }
  return axes;
}

/// Returns the axes, without a single axis that only names the variants.
std::vector<Dimension> informative_axes(const ResultTable& results, size_t num_axes) {
  std::vector<Dimension> axes = axis_dimensions(results, num_axes);
  if (axes.size() == 1 && !all_numbers(axes[0].values)) axes.clear();
  return axes;
}

std::string point_text(const std::string& axis, const Cell& cell) {
  const double* number = std::get_if<double>(&cell);
  return number ? fmt::format("{} {}", axis, *number) : std::get<std::string>(cell);
}

/// Groups variants with equal `rest` and sorts each group by x. Leaves out groups with only one value of x.
std::vector<Series> group(const std::vector<Cell>& x, const std::vector<std::vector<std::string>>& rest) {
  std::vector<std::pair<std::vector<std::string>, Series>> groups;
  for (size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(std::get<double>(x[i]))) continue;
    auto found = std::ranges::find(groups, rest[i], [](const auto& each) { return each.first; });
    if (found == groups.end()) found = groups.insert(groups.end(), {rest[i], {rest[i], {}}});
    found->second.variants.push_back(i);
  }
  std::vector<Series> series;
  for (auto& [key, each] : groups) {
    std::ranges::stable_sort(each.variants, {}, [&](size_t i) { return std::get<double>(x[i]); });
    if (x[each.variants.front()] != x[each.variants.back()]) series.push_back(std::move(each));
  }
  return series;
}

/// Returns each variant's points on all axes except `x`.
std::vector<std::vector<std::string>> other_points(const std::vector<Dimension>& axes, const Dimension& x) {
  std::vector<std::vector<std::string>> rest(x.values.size());
  for (const Dimension& axis : axes)
    if (axis.name != x.name)
      for (size_t i = 0; i < rest.size(); ++i) rest[i].push_back(point_text(axis.name, axis.values[i]));
  return rest;
}

/// Returns each variant's values of all options that differ, except `x`.
std::vector<std::vector<std::string>> other_options(const std::vector<OptionDifference>& options, const Dimension& x) {
  std::vector<std::vector<std::string>> rest(x.values.size());
  for (const OptionDifference& option : options)
    if (option.key != x.name)
      for (size_t i = 0; i < rest.size(); ++i) rest[i].push_back(option.values[i]);
  return rest;
}

size_t num_values(const Trend& trend, const std::vector<Cell>& x) {
  std::set<Cell> values;
  for (const Series& series : trend.series)
    for (const size_t i : series.variants) values.insert(x[i]);
  return values.size();
}

}  // namespace

std::vector<Dimension> dimensions(const ResultTable& results, size_t num_axes,
                                  const std::vector<OptionDifference>& options) {
  std::vector<Dimension> all = informative_axes(results, num_axes);
  const std::vector<Dimension> axes = all;
  for (const OptionDifference& option : options) {
    const std::optional<Dimension> dimension = numeric(option);
    const auto explains = [&](const Dimension& axis) { return is_determined_by(option.values, axis.values); };
    if (dimension && std::ranges::none_of(axes, explains)) all.push_back(*dimension);
  }
  return all;
}

std::vector<Trend> trends(const std::vector<std::string>& names, const ResultTable& results, size_t num_axes,
                          const std::vector<OptionDifference>& options) {
  const std::vector<Dimension> axes = informative_axes(results, num_axes);
  std::vector<std::pair<size_t, Trend>> found;
  for (const Dimension& x : dimensions(results, num_axes, options)) {
    if (!all_numbers(x.values)) continue;
    Trend trend{x.name, group(x.values, axes.empty() ? other_options(options, x) : other_points(axes, x))};
    if (axes.empty())
      for (Series& series : trend.series) {
        series.names.clear();
        for (const size_t i : series.variants) series.names.push_back(names[i]);
      }
    if (!trend.series.empty()) found.emplace_back(num_values(trend, x.values), std::move(trend));
  }
  std::ranges::stable_sort(found, std::greater(), [](const auto& each) { return each.first; });
  std::vector<Trend> sorted;
  for (auto& [values, trend] : found) sorted.push_back(std::move(trend));
  return sorted;
}

}  // namespace hourglass
