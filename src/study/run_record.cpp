#include "study/run_record.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/evaluation_record.h"
#include "core/file.h"
#include "core/json.h"
#include "hourglass/error.h"
#include "study/table.h"
#include "train/history.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;
Json read_json(const fs::path& path) {
  Json json = parse_json(read_file(path));
  if (!json.is_object())
    throw Error(ErrorKind::kData, fmt::format("{}: not a JSON object. 'hourglass evaluate' and 'hourglass train "
                                              "--resume' write this file again.",
                                              path.string()));
  return json;
}

bool is_set(const std::string& key) { return key == "train" || key == "validation" || key == "test"; }

/// "test.loss" for the loss of a set, "test.loss.kl" for one of its terms: a metric of the same name is another number.
std::string measurement_name(const std::string& prefix, const std::string& key) {
  return prefix.ends_with(".loss.") && key == "loss" ? prefix.substr(0, prefix.size() - 1) : prefix + key;
}

/// Adds all numbers in `json`. Nested objects get names such as "outer.inner".
void add_numbers(const Json& json, const std::string& prefix, std::vector<NamedValue>& to) {
  for (const auto& [key, value] : json.items()) {
    if (value.is_number()) to.push_back({measurement_name(prefix, key), value.get<double>()});
    if (value.is_object()) add_numbers(value, prefix + key + (is_set(key) ? ".loss." : "."), to);
  }
}

/// Adds the measurements of evaluation.json: one object per split with a list of measurements. Names of measurements of
/// a baseline end with the name of the baseline.
void add_evaluations(const Json& json, std::vector<NamedValue>& to) {
  for (const auto& [split, evaluation] : json.items()) {
    if (!evaluation.is_object() || !evaluation.contains("measurements")) continue;
    for (const Json& each : evaluation["measurements"]) {
      if (!each.is_object() || !each.contains("value") || !each["value"].is_number()) continue;
      const std::string subject = text_at(each, "subject", "model");
      to.push_back({fmt::format("{}.{}{}", split, text_at(each, "metric"), subject == "model" ? "" : " of " + subject),
                    each["value"].get<double>()});
    }
  }
}

}  // namespace

RunRecord read_run(const fs::path& folder) {
  RunRecord run{.folder = {folder}, .config = {}, .history = {}, .measurements = {}};
  if (!file_exists(run.folder.config()))
    throw Error(ErrorKind::kUsage, fmt::format("'{}' is not a run folder: {} is missing. Expected a folder made by "
                                               "'hourglass train'.",
                                               folder.string(), run.folder.config().filename().string()));
  run.config = load_config(run.folder.config());
  if (file_exists(run.folder.history()))
    run.history = history_from_csv(read_file(run.folder.history()), run.folder.history().string());
  std::string weights;  // of the trained model; empty: not known
  if (file_exists(run.folder.summary())) {
    const Json summary = read_json(run.folder.summary());
    run.finished = summary.contains("finished") && summary["finished"] == true;
    if (summary.contains("weights") && summary["weights"].is_string()) weights = summary["weights"];
    add_numbers(summary, "", run.measurements);
  }
  add_evaluations(read_evaluations(run.folder.evaluation(), weights), run.measurements);
  return run;
}

double value_of(const std::vector<NamedValue>& measurements, const std::string& name) {
  const auto found = std::ranges::find(measurements, name, &NamedValue::name);
  return found == measurements.end() ? kNotMeasured : found->value;
}

}  // namespace hourglass
