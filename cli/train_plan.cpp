#include "train_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "config/value.h"
#include "core/file.h"
#include "core/json.h"
#include "hourglass/dataset.h"
#include "hourglass/error.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDefaultModel = "fc";

bool has_run(const RunFolder& folder) {
  std::error_code ignored;
  return fs::exists(folder.config(), ignored);
}

bool is_finished(const RunFolder& folder) {
  std::error_code ignored;
  if (!fs::exists(folder.summary(), ignored)) return false;
  const Json summary = parse_json(read_file(folder.summary()));
  return summary.is_object() && summary.value("finished", false);
}

/// runs/MODEL-DATA, or the first of runs/MODEL-DATA-2, -3, ... that does not exist yet.
fs::path new_folder(const Config& config) {
  std::string name = config.model.name + "-" + data_title(config.data.name);
  std::ranges::replace_if(
      name, [](unsigned char c) { return !std::isalnum(c) && c != '-' && c != '_'; }, '-');
  fs::path path = fs::path("runs") / name;
  for (int i = 2; fs::exists(path); ++i) path = fs::path("runs") / fmt::format("{}-{}", name, i);
  return path;
}

TrainPlan plan_start(const TrainArguments& arguments) {
  Config config = named_config(arguments.model.empty() ? kDefaultModel : arguments.model, arguments.flags.noting());
  arguments.flags.apply(config);
  check_ranges(config);
  const RunFolder folder{arguments.out.empty() ? new_folder(config) : fs::path(arguments.out)};
  if (has_run(folder))
    throw Error(ErrorKind::kUsage, fmt::format("'{}' already has a run. Add --resume to continue it, or give another "
                                               "folder with --out.",
                                               arguments.out));
  return {TrainPlan::Start::kNew, folder, config, config.data};
}

/// Throws if `asked` is not the run of `config`. The folder of the data and the number of epochs can differ.
void reject_changes(const Config& config, const Config& asked, const RunFolder& folder) {
  for (const Field& field : fields()) {
    const std::string before = to_toml(get(field, config)), after = to_toml(get(field, asked));
    if (before != after && field.full_key() != "data.dir" && field.full_key() != "train.epochs")
      throw Error(
          ErrorKind::kUsage,
          fmt::format("The run in '{}' has {} = {}, not {}. A resumed run keeps its options: omit this one, or start a "
                      "new run with another --out.",
                      folder.path.string(), field.full_key(), before, after));
  }
  if (asked.train.epochs != config.train.epochs) check_extendable(config);
}

TrainPlan plan_resume(const TrainArguments& arguments) {
  const bool model_is_folder = arguments.out.empty();
  const RunFolder folder{model_is_folder ? arguments.model : arguments.out};
  if (folder.path.empty())
    throw Error(ErrorKind::kUsage, "--resume needs a run folder: hourglass train --resume --out DIR.");
  if (!has_run(folder))
    throw Error(ErrorKind::kUsage, fmt::format("'{}' has no run that could be resumed: {} is missing.",
                                               folder.path.string(), folder.config().filename().string()));
  const Config config = load_config(folder.config());
  Config asked = config;
  if (!model_is_folder && !arguments.model.empty()) {
    asked = named_config(arguments.model);
    asked.train.epochs = config.train.epochs;
  }
  arguments.flags.apply(asked);
  check_ranges(asked);
  reject_changes(config, asked, folder);
  TrainPlan plan{TrainPlan::Start::kResume, folder, config, config.data};
  plan.config.train.epochs = asked.train.epochs;
  if (asked.train.epochs != config.train.epochs)
    plan.start = TrainPlan::Start::kExtend;
  else if (is_finished(folder))
    plan.start = TrainPlan::Start::kComplete;
  if (!asked.data.dir.empty()) plan.data.dir = asked.data.dir;
  return plan;
}

}  // namespace

TrainArguments::TrainArguments(Arguments& arguments) : all(arguments), flags(arguments) {
  arguments.add("MODEL", model, "preset ('hourglass models' lists them) or TOML file; default: fc");
  arguments.add("--out", out, "run folder; default: runs/MODEL-DATA, with a number if that exists").value("DIR");
  arguments.add("--resume", resume, "continue the run in folder MODEL or --out; a larger --epochs extends it");
  arguments.add("--terms", terms, "print every term of the loss after each epoch");
  arguments.add("--no-report", no_report, "do not write report.html");
  add_data_flags(flags);
  add_training_flags(flags);
  flags.add("--encoder", "model.encoder", "LAYERS");
  flags.add("--latent", "model.latent", "LATENT");
  flags.add("--decoder", "model.decoder", "LAYERS");
  flags.add_set();
  arguments.set_footer(
      "Examples:\n"
      "  hourglass train fc\n"
      "  hourglass train rae --data fashion-mnist --data-dir ~/data --epochs 20\n"
      "  hourglass train fc --data sensors.csv --set data.label_column=state\n"
      "  hourglass train conv --latent \"gaussian 32\"\n"
      "  hourglass train --encoder \"linear 64, relu, linear 8\" --decoder \"linear 64, relu, linear output, "
      "sigmoid\"\n"
      "  hourglass train --resume runs/fc-synthetic-digits --epochs 80\n\n"
      "Ctrl-C finishes the current step, saves everything and exits with 130; --resume continues to the same result.");
}

TrainPlan make_plan(const TrainArguments& arguments) {
  return arguments.resume ? plan_resume(arguments) : plan_start(arguments);
}

}  // namespace hourglass::cli
