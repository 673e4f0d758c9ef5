#include "hourglass/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "config/option_differences.h"
#include "core/file.h"
#include "core/json.h"
#include "hourglass/adapt.h"
#include "hourglass/error.h"
#include "train/checkpoint.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

/// The content of summary.json; an empty object without it, or if it is none.
Json read_summary(const RunFolder& folder) {
  if (!file_exists(folder.summary())) return Json::object();
  Json json = parse_json(read_file(folder.summary()));
  return json.is_object() ? json : Json::object();
}

/// Whether the data of the run can be recognized elsewhere.
bool has_fingerprint(const RunFolder& folder) {
  return file_exists(folder.checkpoint()) && load_checkpoint(folder.checkpoint()).model.trained_on().has_value();
}

/// Returns whether the option is one that load_dataset infers, and `asked` leaves that to it.
bool is_inferred(const OptionDifference& option, const std::string& asked) {
  constexpr std::array<std::string_view, 7> kInferred = {
      "data.columns", "data.decimal", "data.header", "data.orientation", "data.layout", "data.shape", "data.values"};
  return (asked == "\"auto\"" || asked == "\"\"" || asked == "[]") &&
         std::ranges::find(kInferred, option.key) != kInferred.end();
}

/// The first option in which the configs differ, apart from those that are inferred.
const OptionDifference* first_change(const std::vector<OptionDifference>& differences) {
  const auto found = std::ranges::find_if(
      differences, [](const OptionDifference& option) { return !is_inferred(option, option.values.back()); });
  return found == differences.end() ? nullptr : &*found;
}

}  // namespace

bool RunFolder::has_run() const { return file_exists(config()) || file_exists(checkpoint()); }

bool RunFolder::is_finished() const {
  const Json summary = read_summary(*this);
  return summary.contains("finished") && summary["finished"] == true;
}

int64_t RunFolder::epochs_done() const {
  const Json summary = read_summary(*this);
  const bool is_known = summary.contains("epochs_done") && summary["epochs_done"].is_number_integer();
  return is_known ? summary["epochs_done"].get<int64_t>() : 0;
}

RunFolder new_run_folder(const Config& config) {
  std::string name = config.model.name + "-" + data_title(config.data.name);
  std::ranges::replace_if(
      name, [](unsigned char c) { return !std::isalnum(c) && c != '-' && c != '_'; }, '-');
  fs::path path = fs::path("runs") / name;
  for (int i = 2; file_exists(path); ++i) path = fs::path("runs") / fmt::format("{}-{}", name, i);
  return {path};
}

void check_same_run(const RunFolder& folder, const Config& asked, const std::function<Dataset()>& training_set) {
  const Config stored = load_config(folder.config());
  if (!first_change(option_differences({stored, asked}))) return;
  const Config adapted = adapt_config(asked, training_set()).config;
  const std::vector<OptionDifference> differences = option_differences({stored, adapted});
  if (const OptionDifference* change = first_change(differences))
    throw Error(ErrorKind::kUsage,
                fmt::format("The run in '{}' has {} = {}, not {}. A run keeps its options: omit this one, or choose "
                            "another folder with --out.",
                            folder.path.string(), change->key, change->values.front(), change->values.back()));
}

TrainingPlan plan_new_run(const RunFolder& folder, const Config& config) {
  check_ranges(config);
  if (file_exists(folder.checkpoint()))
    throw Error(ErrorKind::kUsage, fmt::format("'{}' already has a run. Add --resume to continue it, or choose another "
                                               "folder with --out.",
                                               folder.path.string()));
  return {TrainingPlan::Action::kStart, folder, config, config.data, {}};
}

TrainingPlan plan_resumed_run(const RunFolder& folder, const Config& asked, const Context& context) {
  if (!folder.has_run())
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' has no run to resume: {} is missing. Start a run without --resume.",
                            folder.path.string(), folder.config().filename().string()));
  check_ranges(asked);
  Config stored = load_config(folder.config());
  const bool extends = asked.train.epochs != stored.train.epochs;
  const bool moves = asked.data.name != stored.data.name && has_fingerprint(folder);
  Config unchanged = asked;
  unchanged.train.epochs = stored.train.epochs;
  if (moves) unchanged.data.name = stored.data.name;
  check_same_run(folder, unchanged, [&] { return load_dataset(asked.data, context).train; });
  if (extends) check_extendable(stored);

  using enum TrainingPlan::Action;
  TrainingPlan plan{kResume, folder, stored, stored.data, {}};
  plan.config.train.epochs = asked.train.epochs;
  if (extends) plan.changes.epochs = asked.train.epochs;
  if (moves) plan.config.data.name = plan.data.name = plan.changes.data_name.emplace(asked.data.name);
  if (!asked.data.dir.empty()) plan.data.dir = asked.data.dir;
  if (!file_exists(folder.checkpoint()))
    plan.action = kStart;
  else if (extends)
    plan.action = kExtend;
  else if (folder.is_finished() && !moves)
    plan.action = kNothing;
  return plan;
}

Autoencoder make_model(const TrainingPlan& plan, const Dataset& train, const DataConfig& inferred,
                       const Context& context) {
  // A run that was killed during its first save has a checkpoint, but no model file.
  if (plan.action != TrainingPlan::Action::kStart) return load_checkpoint(plan.folder.checkpoint()).model;
  Config config = plan.config;
  config.data = inferred;
  config.data.dir = plan.config.data.dir;  // as the run was started
  return {config, train, context};
}

TrainResult train_run(const TrainingPlan& plan, Autoencoder& model, const DataSplit& data,
                      const TrainCallbacks& callbacks, const Context& context) {
  using enum TrainingPlan::Action;
  if (plan.action == kStart) return start_run(plan.folder, model, data, callbacks, context);
  return resume_run(plan.folder, model, data, callbacks, context, plan.changes);
}

}  // namespace hourglass
