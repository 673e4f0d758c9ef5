#include "study/published.h"

#include <fmt/format.h>

#include <cmath>

#include "study/measure.h"

namespace hourglass {
namespace {

/// Returns half a unit of the last digit of `published`: the error of its rounding, which a measured number may miss.
double half_unit(double published) {
  const std::string digits = fmt::format("{}", published);
  const size_t point = digits.find('.');
  if (digits.find('e') != std::string::npos || point == std::string::npos) return 0;
  return 0.5 * std::pow(10.0, -static_cast<double>(digits.size() - point - 1));
}

std::string verdict(const Metric& metric, double published, double measured) {
  if (std::isnan(measured)) return "";
  const double missing = metric.larger_is_better ? published - measured : measured - published;
  return missing <= half_unit(published) ? "reached" : fmt::format("missed by {:.3g}", missing);
}

}  // namespace

ResultTable published_table(const Study& study, const std::vector<Variant>& variants,
                            const std::vector<VariantResult>& results, bool deviations) {
  ResultTable table{{"variant", "metric", "published", "measured"}, {}};
  if (deviations) table.columns.emplace_back("sd");
  table.columns.insert(table.columns.end(), {"verdict", "source", "definition"});
  for (size_t i = 0; i < variants.size(); ++i) {
    for (const Published& published : study.published) {
      for (const auto& [name, value] : published.values) {
        if (name != variants[i].name) continue;
        const SeedStatistics measured = results[i].metric(published.metric);
        std::vector<Cell> row = {name, published.metric, value, measured.mean};
        if (deviations) row.emplace_back(measured.deviation);
        const bool is_measured = !results[i].done.empty();
        row.emplace_back(is_measured ? verdict(find_metric(published.metric), value, measured.mean) : results[i].state);
        row.emplace_back(published.source);
        row.emplace_back(published.definition);
        table.rows.push_back(std::move(row));
      }
    }
  }
  return table;
}

}  // namespace hourglass
