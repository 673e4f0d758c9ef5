#include "config_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/text.h"
#include "data/data_path.h"
#include "hourglass/dataset.h"
#include "hourglass/error.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

OptionInfo option_info(const std::string& key) {
  const std::vector<OptionInfo> all = options();
  return *std::ranges::find(all, key, &OptionInfo::key);
}

}  // namespace

void ConfigFlags::add(const std::string& flag, const std::string& key, const std::string& value,
                      const std::vector<std::string>& known) {
  Flag& added = flags_.emplace_back(Flag{key, "", nullptr});
  const std::string help = option_info(key).help + (known.empty() ? "" : ": " + join(known));
  added.option = app_.add_option(flag, added.text, help)->type_name(value)->take_last();
}

void ConfigFlags::add_set(const std::string& prefix) {
  prefix_ = prefix;
  app_.add_option("--set", assignments_,
                  fmt::format("set any option{} ('hourglass options' lists them); may be repeated",
                              prefix.empty() ? "" : fmt::format(" that starts with '{}'", prefix)))
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void ConfigFlags::apply(Config& config) const {
  for (const std::string& assignment : assignments_) {
    if (!assignment.starts_with(prefix_))
      throw Error(ErrorKind::kUsage,
                  fmt::format("--set {}: only options that start with '{}' can be set here.", assignment, prefix_));
    set_option(config, assignment);
  }
  for (const Flag& flag : flags_)
    if (flag.option->count() > 0) set_option(config, flag.key + "=" + flag.text);
  // A run must find its data from any folder it is looked at from.
  const auto make_absolute = [](std::string& path) { path = fs::absolute(path).lexically_normal().string(); };
  if (!config.data.dir.empty()) make_absolute(config.data.dir);
  if (is_data_path(config.data.name)) make_absolute(config.data.name);
  if (fs::exists(config.data.labels)) make_absolute(config.data.labels);
}

void add_data_flags(ConfigFlags& flags) {
  flags.add("--data", "data.name", "NAME|PATH", dataset_names());
  flags.add("--data-dir", "data.dir", "DIR");
}

void add_training_flags(ConfigFlags& flags) {
  flags.add("--epochs", "train.epochs", "N");
  flags.add("--batch-size", "train.batch_size", "N");
  flags.add("--learning-rate", "train.learning_rate", "X");
  flags.add("--seed", "train.seed", "N");
  flags.add("--threads", "train.threads", "N");
}

Config named_config(const std::string& model) {
  const auto is_preset = [&](const Preset& preset) { return preset.name == model; };
  if (std::ranges::any_of(presets(), is_preset)) return preset_config(model);
  const fs::path path = model;
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' is a folder; a preset or a TOML file was expected. To continue the run in it, add "
                            "--resume; to train its config anew, give {}.",
                            model, shell_word((path / "config.toml").string())));
  if (path.extension() == ".toml" || fs::is_regular_file(path, ignored)) return load_config(path);
  return preset_config(model);
}

}  // namespace hourglass::cli
