#include "config_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/text.h"
#include "data/data_path.h"
#include "hourglass/dataset.h"
#include "hourglass/error.h"
#include "hourglass/run_folder.h"
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
  Flag& added = flags_.emplace_back(Flag{flag, key, ""});
  const std::string help = option_info(key).help + (known.empty() ? "" : ": " + join(known));
  arguments_.add(flag, added.text, help).value(value);
}

void ConfigFlags::add_set(const std::string& prefix) {
  prefix_ = prefix;
  arguments_
      .add("--set", assignments_,
           fmt::format("set any option{} ('hourglass options' lists them); can be repeated",
                       prefix.empty() ? "" : fmt::format(" that starts with '{}'", prefix)))
      .value("KEY=VALUE")
      .repeatable();
}

void ConfigFlags::apply(Config& config) const {
  for (const std::string& assignment : assignments_) {
    if (!assignment.starts_with(prefix_))
      throw Error(ErrorKind::kUsage,
                  fmt::format("--set {}: this command sets only options that start with '{}'.", assignment, prefix_));
    set_option(config, assignment, noting());
  }
  for (const Flag& flag : flags_)
    if (arguments_.given(flag.name)) set_option(config, flag.key + "=" + flag.text, noting());
  make_paths_absolute(config.data);
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

Context ConfigFlags::noting() const {
  return {.threads = 0, .log = [this](const std::string& line) { arguments_.output().note(line); }, .on_progress = {}};
}

bool names_data(const std::string& word) {
  const std::vector<std::string> named = dataset_names();
  std::error_code ignored;
  if (fs::is_directory(word, ignored)) return !RunFolder{word}.has_run();
  return std::ranges::find(named, word) != named.end() || has_data_extension(word);
}

Config named_config(const std::string& model, const Context& context) {
  const auto is_preset = [&](const Preset& preset) { return preset.name == model; };
  if (std::ranges::any_of(presets(), is_preset)) return preset_config(model);
  const fs::path path = model;
  if (names_data(model))
    throw Error(ErrorKind::kUsage, fmt::format("'{}' is data; expected a preset or a TOML file. Data are given as "
                                               "--data {}.",
                                               model, shell_word(model)));
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' is a folder; expected a preset or a TOML file. To continue its run, add "
                            "--resume. To train its config again, use {}.",
                            model, shell_word((path / "config.toml").string())));
  if (path.extension() == ".toml" || fs::is_regular_file(path, ignored)) return load_config(path, context);
  return preset_config(model);
}

}  // namespace hourglass::cli
