#include "study/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "hourglass/error.h"

namespace hourglass {
namespace {

std::string state_name(const RunOutcome& outcome) {
  if (outcome.state == RunState::kWaiting) return "waiting";
  if (outcome.state == RunState::kDone) return "done";
  if (outcome.failure == ErrorKind::kDiverged) return "diverged";
  return outcome.failure == ErrorKind::kData ? "no data" : "failed";
}

/// Returns the name of a point as a number if it is one, so that it sorts as a number.
Cell point_cell(const std::string& name) {
  double number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc() && end == name.data() + name.size()) return number;
  return name;
}

template <typename Getter>
std::vector<double> values_of(const std::vector<const RunOutcome*>& outcomes, Getter get) {
  std::vector<double> values;
  for (const RunOutcome* outcome : outcomes) values.push_back(get(*outcome));
  return values;
}

}  // namespace

std::vector<RunPlan> plan_runs(const std::vector<Variant>& variants, const std::vector<std::string>& metrics,
                               int64_t seeds, const std::filesystem::path& folder) {
  std::vector<RunPlan> plans;
  std::vector<std::string> names;
  for (int64_t i = 0; i < seeds; ++i) {
    for (const Variant& variant : variants) {
      RunPlan plan{variant.name, {}, variant.config, metrics};
      if (plan.config.train.seed > std::numeric_limits<int64_t>::max() - i)
        throw Error(ErrorKind::kUsage,
                    fmt::format("train.seed is {}, which is too large for {} seeds.", plan.config.train.seed, seeds));
      plan.config.train.seed += i;
      if (i > 0) plan.name += fmt::format("-seed{}", plan.config.train.seed);
      names.push_back(plan.name);
      plans.push_back(std::move(plan));
    }
  }
  const std::vector<std::string> folders = folder_names(names);
  for (size_t i = 0; i < plans.size(); ++i) plans[i].folder.path = folder / folders[i];
  return plans;
}

void check_column_names(const std::vector<Axis>& axes, const std::vector<std::string>& metrics) {
  std::vector<std::string> taken = {"latents", "seconds", "state"};
  for (const std::string& metric : metrics) taken.insert(taken.end(), {metric, metric + " sd"});
  for (const Axis& axis : axes)
    if (std::ranges::find(taken, axis.name) != taken.end())
      throw Error(ErrorKind::kUsage,
                  fmt::format("The axis '{}' has the name of a column of the results. Choose another "
                              "name.",
                              axis.name));
}

SeedStatistics seed_statistics(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto n = static_cast<double>(values.size());
  SeedStatistics statistics;
  // Sum differences to the first value, so that rounding gives equal values no deviation.
  double difference_sum = 0;
  for (const double value : values) difference_sum += value - values[0];
  statistics.mean = values[0] + difference_sum / n;
  if (values.size() < 2) return statistics;
  double square_sum = 0;
  for (const double value : values) square_sum += (value - statistics.mean) * (value - statistics.mean);
  statistics.deviation = std::sqrt(square_sum / (n - 1));
  return statistics;
}

SeedStatistics VariantResult::metric(const std::string& name) const {
  return seed_statistics(values_of(done, [&](const RunOutcome& outcome) { return value_of(outcome.metrics, name); }));
}

std::vector<VariantResult> variant_results(size_t num_variants, const std::vector<RunOutcome>& outcomes) {
  std::vector<VariantResult> results(num_variants);
  for (size_t i = 0; i < outcomes.size(); ++i) {
    VariantResult& result = results[i % num_variants];
    const RunOutcome& outcome = outcomes[i];
    if (outcome.state == RunState::kDone) result.done.push_back(&outcome);
    if (result.state.empty() || result.state == "done" || outcome.state == RunState::kFailed)
      result.state = state_name(outcome);
    if (outcome.state == RunState::kFailed && result.message.empty()) result.message = outcome.message;
  }
  return results;
}

ResultTable results_table(const std::vector<std::string>& axes, const std::vector<Variant>& variants,
                          const std::vector<std::string>& metrics, const std::vector<VariantResult>& results,
                          bool deviations) {
  ResultTable table{axes, {}};
  table.columns.emplace_back("latents");
  for (const std::string& metric : metrics) {
    table.columns.push_back(metric);
    if (deviations) table.columns.push_back(metric + " sd");
  }
  table.columns.insert(table.columns.end(), {"seconds", "state"});
  for (size_t i = 0; i < variants.size(); ++i) {
    const VariantResult& result = results[i];
    std::vector<Cell> row;
    for (const std::string& point : variants[i].points) row.push_back(point_cell(point));
    row.emplace_back(result.done.empty() ? kNotMeasured : static_cast<double>(result.done[0]->latent_dim));
    for (const std::string& metric : metrics) {
      const SeedStatistics statistics = result.metric(metric);
      row.emplace_back(statistics.mean);
      if (deviations) row.emplace_back(statistics.deviation);
    }
    const auto seconds = values_of(result.done, [](const RunOutcome& outcome) { return outcome.seconds; });
    row.emplace_back(seed_statistics(seconds).mean);
    row.emplace_back(result.state);
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace hourglass
