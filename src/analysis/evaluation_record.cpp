#include "analysis/evaluation_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/file.h"
#include "core/json.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

Json to_json(const Measurement& measurement) {
  Json json = {{"family", measurement.family},   {"metric", measurement.metric},
               {"subject", measurement.subject}, {"value", json_number(measurement.value)},
               {"scale", measurement.unit},      {"definition", measurement.definition},
               {"samples", measurement.samples}};
  if (!measurement.estimator.empty()) json["estimator"] = measurement.estimator;
  if (!std::isnan(measurement.standard_error)) json["standard_error"] = json_number(measurement.standard_error);
  return json;
}

Json to_json(const EvaluationTable& table) {
  Json rows = Json::array();
  for (const std::vector<double>& row : table.rows) {
    Json cells = Json::array();
    for (const double value : row) cells.push_back(json_number(value));
    rows.push_back(std::move(cells));
  }
  Json json = {{"columns", table.columns}, {"rows", rows}};
  if (!table.names.empty()) json["names"] = table.names;
  return json;
}

bool has_measurement(const Json& evaluation, const Json& measurement) {
  return std::ranges::any_of(evaluation["measurements"], [&](const Json& each) {
    return each["metric"] == text_at(measurement, "metric") && each["subject"] == text_at(measurement, "subject");
  });
}

}  // namespace

EvaluationSubject evaluation_subject(const std::string& run, const Autoencoder& model, const RunData& data) {
  const std::string own = data_title(model.config().data.name);
  const bool fits_own = !data.other.empty() && data.part == "all";
  return {.run = run,
          .model = model.config().model.name,
          .data = data.chosen.name(),
          .part = data.label(),
          .fitted_on = fits_own ? own : data.chosen.name(),
          .latent_dim = model.latent_dim(),
          .weights = model.weights_fingerprint()};
}

Evaluation evaluate_chosen(const Autoencoder& model, const RunData& data, EvaluationOptions options,
                           const Context& context) {
  const bool is_train = data.part == "train" && data.sets.train.size() > 0;
  options.part = is_train ? "train" : "test";
  Evaluation evaluation = evaluate(model, {data.sets.train, is_train ? Dataset() : data.chosen, {}}, options, context);
  evaluation.part = data.part;
  return evaluation;
}

Json to_json(const Evaluation& evaluation, const EvaluationSubject& subject) {
  Json json = {{"run", subject.run},
               {"model", subject.model},
               {"data", subject.data},
               {"part", subject.part},
               {"fitted_on", subject.fitted_on},
               {"latent_dim", subject.latent_dim},
               {"num_samples", evaluation.num_samples},
               {"weights", subject.weights}};
  json["measurements"] = Json::array();
  for (const Measurement& each : evaluation.measurements) json["measurements"].push_back(to_json(each));
  json["tables"] = Json::object();
  for (const EvaluationTable& each : evaluation.tables) json["tables"][each.name] = to_json(each);
  json["missing"] = Json::array();
  for (const MissingMetric& each : evaluation.missing)
    json["missing"].push_back({{"metric", each.metric}, {"reason", each.reason}});
  return json;
}

Json read_evaluations(const std::filesystem::path& path, const std::string& weights) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return Json::object();
  const Json all = parse_json(read_file(path));
  if (!all.is_object())
    throw Error(ErrorKind::kData,
                fmt::format("{}: not a JSON object. 'hourglass evaluate' writes this file again.", path.string()));
  Json current = Json::object();
  for (const auto& [part, evaluation] : all.items()) {
    const bool is_known = evaluation.is_object() && evaluation.contains("weights") && !weights.empty();
    if (!is_known || evaluation["weights"] == weights) current[part] = evaluation;
  }
  return current;
}

void store_evaluation(const std::filesystem::path& path, const Json& evaluation) {
  Json all = Json::object();
  try {
    all = read_evaluations(path, evaluation["weights"].get<std::string>());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kData) throw;
  }
  const std::string part = evaluation["part"];
  Json merged = evaluation;
  if (all.contains(part) && all[part].is_object()) {
    for (const Json& old : all[part].value("measurements", Json::array()))
      if (old.is_object() && !has_measurement(evaluation, old)) merged["measurements"].push_back(old);
    const Json tables = all[part].value("tables", Json::object());
    for (const auto& [name, table] : tables.items())
      if (!merged["tables"].contains(name)) merged["tables"][name] = table;
  }
  all[part] = merged;
  write_file_atomically(path, json_text(all) + "\n");
}

void store_summary(const std::filesystem::path& path, const std::string& run, const Autoencoder& model,
                   const DataSplit& data, const Context& context) {
  const RunData measured{.sets = data, .chosen = data.test, .part = "test", .other = "", .note = ""};
  const EvaluationOptions options = summary_options(model, data.train, data.test);
  store_evaluation(
      path, to_json(evaluate_chosen(model, measured, options, context), evaluation_subject(run, model, measured)));
}

}  // namespace hourglass
