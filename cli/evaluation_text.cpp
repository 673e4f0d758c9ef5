#include "evaluation_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/file.h"
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

std::string wrapped(const std::string& text, size_t indent, size_t width) {
  std::string result, line;
  const auto flush = [&] {
    result += (result.empty() ? "" : std::string(indent, ' ')) + line + "\n";
    line.clear();
  };
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (!line.empty() && indent + line.size() + 1 + word.size() > width) flush();
    line += (line.empty() ? "" : " ") + word;
    begin = end + 1;
  }
  flush();
  return result;
}

// "  mse   what it is": the definition of each metric, and the estimators, which several metrics share, once.
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

// JSON has no NaN.
Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json measurement_json(const Measurement& measurement) {
  Json json = {{"family", measurement.family},   {"metric", measurement.metric},
               {"subject", measurement.subject}, {"value", finite(measurement.value)},
               {"scale", measurement.unit},      {"definition", measurement.definition},
               {"samples", measurement.samples}};
  if (!measurement.estimator.empty()) json["estimator"] = measurement.estimator;
  if (!std::isnan(measurement.standard_error)) json["standard_error"] = finite(measurement.standard_error);
  return json;
}

Json table_json(const EvaluationTable& table) {
  Json rows = Json::array();
  for (const std::vector<double>& row : table.rows) {
    Json cells = Json::array();
    for (const double value : row) cells.push_back(finite(value));
    rows.push_back(std::move(cells));
  }
  return {{"columns", table.columns}, {"rows", rows}};
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

Json evaluation_json(const Evaluation& evaluation, Json header) {
  header["num_samples"] = evaluation.num_samples;
  header["measurements"] = Json::array();
  for (const Measurement& each : evaluation.measurements) header["measurements"].push_back(measurement_json(each));
  header["tables"] = Json::object();
  for (const EvaluationTable& each : evaluation.tables) header["tables"][each.name] = table_json(each);
  header["missing"] = Json::array();
  for (const MissingMetric& each : evaluation.missing)
    header["missing"].push_back({{"metric", each.metric}, {"reason", each.reason}});
  return header;
}

Json merged_evaluations(const std::filesystem::path& path, const Json& json) {
  std::error_code ignored;
  Json all = std::filesystem::exists(path, ignored) ? Json::parse(read_file(path), nullptr, false) : Json::object();
  if (!all.is_object()) all = Json::object();
  const std::string part = json["part"];
  Json merged = json;
  const auto is_new = [&](const Json& old) {
    return std::ranges::any_of(json["measurements"], [&](const Json& each) {
      return each["metric"] == old.value("metric", "") && each["subject"] == old.value("subject", "");
    });
  };
  if (all.contains(part) && all[part].is_object()) {
    for (const Json& old : all[part].value("measurements", Json::array()))
      if (old.is_object() && !is_new(old)) merged["measurements"].push_back(old);
    const Json tables = all[part].value("tables", Json::object());
    for (const auto& [name, table] : tables.items())
      if (!merged["tables"].contains(name)) merged["tables"][name] = table;
  }
  all[part] = merged;
  return all;
}

}  // namespace hourglass::cli
