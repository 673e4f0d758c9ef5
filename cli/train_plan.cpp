#include "train_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "config/value.h"
#include "hourglass/dataset.h"
#include "hourglass/error.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDefaultModel = "fc";

bool holds_run(const RunFolder& folder) {
  std::error_code ignored;
  return fs::exists(folder.config(), ignored);
}

/// runs/MODEL-DATA, or the first of runs/MODEL-DATA-2, -3 ... that does not exist yet.
fs::path new_folder(const Config& config) {
  std::string name = config.model.name + "-" + data_title(config.data.name);
  std::ranges::replace_if(
      name, [](unsigned char c) { return !std::isalnum(c) && c != '-' && c != '_'; }, '-');
  fs::path path = fs::path("runs") / name;
  for (int i = 2; fs::exists(path); ++i) path = fs::path("runs") / fmt::format("{}-{}", name, i);
  return path;
}

TrainPlan plan_start(const TrainArguments& arguments) {
  Config config = named_config(arguments.model.empty() ? kDefaultModel : arguments.model);
  arguments.flags.apply(config);
  check_ranges(config);
  const RunFolder folder{arguments.out.empty() ? new_folder(config) : fs::path(arguments.out)};
  if (holds_run(folder))
    throw Error(ErrorKind::kUsage, fmt::format("'{}' already holds a run. Add --resume to continue it, or give another "
                                               "folder with --out.",
                                               arguments.out));
  return {folder, config, config.data};
}

/// Throws where `asked` is not the run that `config` describes. Where the data lie may differ.
void refuse_changes(const Config& config, const Config& asked, const RunFolder& folder) {
  for (const Field& field : fields()) {
    const std::string before = to_toml(get(field, config)), after = to_toml(get(field, asked));
    if (before != after && field.full_key() != "data.dir")
      throw Error(
          ErrorKind::kUsage,
          fmt::format("The run in '{}' has {} = {}, not {}. A resumed run keeps its options: leave this one out, "
                      "or start a new run with another --out.",
                      folder.path.string(), field.full_key(), before, after));
  }
}

TrainPlan plan_resume(const TrainArguments& arguments) {
  const bool model_is_folder = arguments.out.empty();
  const RunFolder folder{model_is_folder ? arguments.model : arguments.out};
  if (folder.path.empty())
    throw Error(ErrorKind::kUsage, "--resume needs a run folder: hourglass train --resume --out DIR.");
  if (!holds_run(folder))
    throw Error(ErrorKind::kUsage, fmt::format("'{}' holds no run that could be resumed: {} is missing.",
                                               folder.path.string(), folder.config().filename().string()));
  const Config config = load_config(folder.config());
  Config asked = model_is_folder || arguments.model.empty() ? config : named_config(arguments.model);
  arguments.flags.apply(asked);
  check_ranges(asked);
  refuse_changes(config, asked, folder);
  DataConfig data = config.data;
  if (!asked.data.dir.empty()) data.dir = asked.data.dir;
  return {folder, config, data};
}

}  // namespace

TrainArguments::TrainArguments(CLI::App& app) : flags(app) {
  app.add_option("MODEL", model, "preset ('hourglass models' lists them) or TOML file; default: fc")->type_name("");
  app.add_option("--out", out, "run folder; default: runs/MODEL-DATA, numbered where that exists")->type_name("DIR");
  app.add_flag("--resume", resume, "continue the run in the folder MODEL, or in that of --out");
  app.add_flag("--quiet", quiet, "print nothing but errors");
  app.add_flag("--terms", terms, "after each epoch, every term of the loss, per pixel and per image");
  app.add_flag("--json", json, "print the result as JSON, and all else on standard error");
  app.add_flag("--no-report", no_report, "leave out report.html, which shows the run");
  add_data_flags(flags);
  add_training_flags(flags);
  flags.add("--encoder", "model.encoder", "LAYERS");
  flags.add("--decoder", "model.decoder", "LAYERS");
  flags.add_set();
  app.footer(
      "Examples:\n"
      "  hourglass train fc\n"
      "  hourglass train rae --data fashion-mnist --data-dir ~/data --epochs 20\n"
      "  hourglass train fc --data sensors.csv --set data.label_column=state\n"
      "  hourglass train --encoder \"linear 64, relu, linear 8\" --decoder \"linear 64, relu, linear output, "
      "sigmoid\"\n"
      "  hourglass train --resume runs/fc-synthetic-digits\n\n"
      "Ctrl-C finishes the running step, saves everything and exits with 130; --resume continues to the same result.");
}

bool TrainArguments::is_preset() const {
  return std::ranges::find(presets(), model.empty() ? kDefaultModel : model, &Preset::name) != presets().end();
}

bool TrainArguments::has_preset_decoder() const {
  if (!is_preset()) return false;
  const Config preset = named_config(model.empty() ? kDefaultModel : model);
  Config config = preset;
  flags.apply(config);
  return config.model.decoder == preset.model.decoder;
}

TrainPlan make_plan(const TrainArguments& arguments) {
  return arguments.resume ? plan_resume(arguments) : plan_start(arguments);
}

}  // namespace hourglass::cli
