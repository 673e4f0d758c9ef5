#include "evaluation_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "text.h"

namespace hourglass::cli {
namespace {

std::string number(double value) {
  const double size = std::abs(value);
  return size >= 1000               ? fmt::format("{:.1f}", value)
         : size >= 10               ? fmt::format("{:.2f}", value)
         : size >= 0.1 || size == 0 ? fmt::format("{:.4f}", value)
                                    : fmt::format("{:#.4g}", value);
}

std::string cell(const Measurement* measurement) {
  if (!measurement) return "";
  std::string text = number(measurement->value);
  if (!std::isnan(measurement->standard_error)) text += " +- " + fmt::format("{:.2g}", measurement->standard_error);
  return text;
}

template <typename Get>
std::vector<std::string> distinct(const std::vector<Measurement>& measurements, const Get& get) {
  std::vector<std::string> values;
  for (const Measurement& each : measurements)
    if (std::ranges::find(values, get(each)) == values.end()) values.push_back(get(each));
  return values;
}

std::vector<Measurement> of_family(const Evaluation& evaluation, const std::string& family) {
  std::vector<Measurement> chosen;
  for (const Measurement& each : evaluation.measurements)
    if (each.family == family) chosen.push_back(each);
  return chosen;
}

std::string family_text(const Evaluation& evaluation, const std::string& family) {
  const std::vector<Measurement> chosen = of_family(evaluation, family);
  const auto subjects = distinct(chosen, [](const Measurement& each) { return each.subject; });
  const auto metrics = distinct(chosen, [](const Measurement& each) { return each.metric; });
  std::vector<std::vector<std::string>> rows = {{family, "scale"}};
  rows[0].insert(rows[0].end(), subjects.begin(), subjects.end());
  rows[0].push_back(evaluation.noun);
  for (const std::string& metric : metrics) {
    std::vector<std::string> row = {metric, ""};
    int64_t samples = 0;
    for (const std::string& subject : subjects) {
      const Measurement* measurement = evaluation.find(metric, subject);
      row.push_back(cell(measurement));
      if (!measurement) continue;
      row[1] = measurement->unit;
      if (samples == 0) samples = measurement->samples;
    }
    row.push_back(count(samples));
    rows.push_back(std::move(row));
  }
  return table("<<" + std::string(subjects.size(), '>') + ">", rows);
}

// "  mse   definition": the definition of each metric, then each estimator once, since metrics share them.
std::string definitions(const Evaluation& evaluation) {
  constexpr size_t kWidth = 118;
  const auto metrics = distinct(evaluation.measurements, [](const Measurement& each) { return each.metric; });
  size_t longest = 0;
  for (const std::string& metric : metrics) longest = std::max(longest, metric.size());
  std::string text;
  for (const std::string& metric : metrics) {
    const auto first = std::ranges::find(evaluation.measurements, metric, &Measurement::metric);
    text += fmt::format("  {:<{}}  {}", metric, longest, wrapped(first->definition, longest + 4, kWidth));
  }
  std::string estimators;
  for (const std::string& estimator :
       distinct(evaluation.measurements, [](const Measurement& each) { return each.estimator; })) {
    if (estimator.empty()) continue;
    const auto of_estimator = [&](const Measurement& each) { return each.estimator == estimator; };
    std::vector<Measurement> sharing;
    std::ranges::copy_if(evaluation.measurements, std::back_inserter(sharing), of_estimator);
    const auto names = distinct(sharing, [](const Measurement& each) { return each.metric; });
    estimators +=
        "  " +
        wrapped(fmt::format("{}{}{}: {}", names.front(), names.size() > 1 ? " ... " + names.back() : "",
                            sharing.front().subject == "model" ? "" : " of " + sharing.front().subject, estimator),
                4, kWidth);
  }
  return text + (estimators.empty() ? "" : "\n  How estimates were made; +- is one standard error:\n" + estimators);
}

}  // namespace

std::string evaluation_text(const Evaluation& evaluation) {
  std::string text;
  for (const std::string& family :
       distinct(evaluation.measurements, [](const Measurement& each) { return each.family; }))
    text += family_text(evaluation, family) + "\n";
  text += definitions(evaluation);
  if (evaluation.missing.empty()) return text;
  text += "\n  Not measured:\n";
  for (const MissingMetric& missing : evaluation.missing)
    text += "  " + wrapped(missing.metric + ": " + missing.reason, 4, 118);
  return text;
}

}  // namespace hourglass::cli
