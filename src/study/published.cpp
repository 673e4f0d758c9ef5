#include "study/published.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "study/measure.h"

namespace hourglass {
namespace {

/// Returns half a unit of the last digit of a number: the error of its rounding, which a measured number may miss.
/// "0.060": 0.0005; "60": 0.5; "1.5e-3": 0.00005.
double half_unit(const std::string& digits) {
  const size_t end = std::min(digits.find_first_of("eE"), digits.size()), point = digits.find('.');
  const double decimals = point < end ? static_cast<double>(end - point - 1) : 0;
  const double exponent = end < digits.size() ? std::stod(digits.substr(end + 1)) : 0;
  return 0.5 * std::pow(10.0, exponent - decimals);
}

std::string verdict(const Metric& metric, const PublishedValue& published, double measured) {
  if (std::isnan(measured)) return "";
  const double missing = metric.larger_is_better ? published.value - measured : measured - published.value;
  return missing <= half_unit(published.digits) ? "reached" : fmt::format("missed by {:.3g}", missing);
}

}  // namespace

ResultTable published_table(const Study& study, const std::vector<Variant>& variants,
                            const std::vector<VariantResult>& results, bool deviations) {
  ResultTable table{{"variant", "metric", "published", "measured"}, {}};
  if (deviations) table.columns.emplace_back("sd");
  table.columns.insert(table.columns.end(), {"verdict", "source", "definition"});
  for (size_t i = 0; i < variants.size(); ++i) {
    for (const Published& published : study.published) {
      for (const PublishedValue& value : published.values) {
        if (value.name != variants[i].name) continue;
        const SeedStatistics measured = results[i].metric(published.metric);
        std::vector<Cell> row = {value.name, published.metric, value.value, measured.mean};
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
