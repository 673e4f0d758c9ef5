#include "study/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "hourglass/error.h"
#include "study/table.h"
#include "train/history.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Json read_json(const fs::path& path) {
  Json json = Json::parse(read_file(path), nullptr, false);
  if (!json.is_object())
    throw Error(ErrorKind::kData, fmt::format("{}: this is no JSON object. 'hourglass evaluate' and 'hourglass train "
                                              "--resume' write it anew.",
                                              path.string()));
  return json;
}

/// Every number in `json`, objects within objects as "outer.inner".
void add_numbers(const Json& json, const std::string& prefix, std::vector<NamedValue>& to) {
  for (const auto& [key, value] : json.items()) {
    if (value.is_number()) to.push_back({prefix + key, value.get<double>()});
    if (value.is_object()) add_numbers(value, prefix + key + ".", to);
  }
}

/// evaluation.json: an object by part, with a list of measurements; those of baselines carry the baseline's name.
void add_evaluations(const Json& json, std::vector<NamedValue>& to) {
  for (const auto& [part, evaluation] : json.items()) {
    if (!evaluation.is_object() || !evaluation.contains("measurements")) continue;
    for (const Json& each : evaluation["measurements"]) {
      if (!each.is_object() || !each.contains("value") || !each["value"].is_number()) continue;
      const std::string subject = each.value("subject", "model");
      to.push_back({fmt::format("{}.{}{}", part, each.value("metric", ""), subject == "model" ? "" : " of " + subject),
                    each["value"].get<double>()});
    }
  }
}

}  // namespace

RunRecord read_run(const fs::path& folder) {
  RunRecord run{.folder = {folder}, .config = {}, .history = {}, .measurements = {}};
  if (!is_there(run.folder.config()))
    throw Error(ErrorKind::kUsage, fmt::format("'{}' holds no run: {} is missing. A folder that 'hourglass train' made "
                                               "is expected.",
                                               folder.string(), run.folder.config().filename().string()));
  run.config = load_config(run.folder.config());
  if (is_there(run.folder.history()))
    run.history = history_from_csv(read_file(run.folder.history()), run.folder.history().string());
  if (is_there(run.folder.summary())) {
    const Json summary = read_json(run.folder.summary());
    run.finished = summary.value("finished", false);
    add_numbers(summary, "", run.measurements);
  }
  if (is_there(run.folder.evaluation())) add_evaluations(read_json(run.folder.evaluation()), run.measurements);
  return run;
}

double find(const std::vector<NamedValue>& measurements, const std::string& name) {
  const auto found = std::ranges::find(measurements, name, &NamedValue::name);
  return found == measurements.end() ? kNotMeasured : found->value;
}

}  // namespace hourglass
