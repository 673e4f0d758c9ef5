#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "command.h"
#include "config_flags.h"
#include "data/data_path.h"
#include "hourglass/error.h"
#include "result_text.h"
#include "run_all_text.h"
#include "study/measure.h"
#include "terminal.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

struct SweepArguments {
  explicit SweepArguments(Arguments& app) : arguments(app), flags(app) {
    arguments.add("MODEL", model, "preset ('hourglass models' lists them) or TOML file; default: fc");
    arguments.add("--grid", grid, "values of an option; all combinations are trained; can be repeated")
        .value("KEY=V,V...")
        .repeatable()
        .required();
    arguments
        .add("--metrics", metrics,
             "what is measured, on the test set and, if there is one, on the validation set: " + known_metrics())
        .value("NAME,...")
        .separated();
    arguments
        .add("--sort", sort,
             "column that sorts the table, the best first; '-COLUMN' reverses; default: the first metric, on the "
             "validation set if there is one")
        .value("COLUMN");
    arguments.add("--out", out, "folder with one run folder per combination; default: runs/sweep-MODEL-DATA")
        .value("DIR");
    all.add_to(arguments);
    add_data_flags(flags);
    add_training_flags(flags);
    flags.add_set();
    arguments.set_footer(
        "Examples:\n"
        "  hourglass sweep rae --data mnist --set data.validation=0.1 --grid model.latent_dim=10,20,40\n"
        "  hourglass sweep fc --grid \"model.encoder=linear 32; linear 64, relu, linear 32\" --sort psnr_mean\n\n"
        "Separate values that contain commas with ';'. The same command resumes a sweep that was interrupted. "
        "Finished\n"
        "runs are not repeated. If a run diverges, the others still run.");
  }

  static std::string known_metrics() {
    std::vector<std::string> names;
    for (const Metric& metric : test_metrics()) names.push_back(metric.name);
    return join(names);
  }

  Arguments& arguments;
  std::string model, out, sort;
  std::vector<std::string> grid, metrics;
  RunAllOptions all;
  ConfigFlags flags;
};

bool is_table(const DataConfig& data) {
  return is_data_path(data.name) && parse_data_path(data.name).kind == FileKind::kTable;
}

/// What the sweep measures: each metric on the validation set, if there is one, and on the test set.
std::vector<std::string> chosen_metrics(const SweepArguments& arguments, const Config& base, bool validates) {
  std::vector<std::string> metrics = metric_names(arguments.metrics);
  if (metrics.empty()) metrics = {"loss", "mse", is_table(base.data) ? "mae" : "psnr_mean"};
  if (!validates) return metrics;
  std::vector<std::string> all;
  for (const std::string& name : metrics)
    if (name != "train_loss" && !name.starts_with("validation_")) all.push_back("validation_" + name);
  all.insert(all.end(), metrics.begin(), metrics.end());
  return all;
}

/// The metric that ranks the variants: losses of different objectives cannot be compared.
std::string default_sort(const std::vector<std::string>& metrics, const std::vector<std::string>& axes) {
  const bool compares_objectives =
      std::ranges::any_of(axes, [](const std::string& axis) { return axis.starts_with("objective."); });
  const auto is_loss = [](const std::string& name) { return name.find("loss") != std::string::npos; };
  const auto metric =
      std::ranges::find_if(metrics, [&](const std::string& name) { return !compares_objectives || !is_loss(name); });
  return metric == metrics.end() ? metrics.front() : *metric;
}

/// Sorts by a column, the best of a metric first. Returns the previous index of each row.
std::vector<size_t> sort_results(ResultTable& results, std::string column) {
  const bool reversed = column.starts_with("-");
  if (reversed) column.erase(0, 1);
  const auto metric = std::ranges::find(all_metrics(), column, &Metric::name);
  const bool larger_first = metric != all_metrics().end() && metric->larger_is_better;
  return sort_rows(results, column, larger_first != reversed);
}

/// The best variant and how to train it longer, and on what the ranking was made.
std::string best_text(const StudyRecord& record, const std::string& sort, bool validates, const Config& base,
                      const fs::path& folder) {
  const auto best = std::ranges::find(record.variants, "done", &VariantRecord::state);
  if (best == record.variants.end()) return "";
  const fs::path run = folder / best->runs.front();
  const int64_t epochs = 2 * base.train.epochs;
  // In a folder of its own: the runs of a sweep have the same number of epochs.
  const std::string command =
      fmt::format("hourglass train {} --epochs {} --out {}", shell_word((run / "config.toml").string()), epochs,
                  shell_word(run.string() + "-longer"));
  const std::string note = validates || sort.starts_with("-") ? ""
                                                              : "\n  The ranking is on the test set, since there is no "
                                                                "validation set: the best value is optimistic. To rank "
                                                                "on\n  validation data, add --set data.validation=0.1.";
  // Losses and errors are those of preprocessed values.
  const bool mixes_units = std::ranges::any_of(
      record.axes, [](const std::string& axis) { return axis == "data.preprocess" || axis == "data.values"; });
  const char* units = mixes_units ? "\n  The variants differ in how the data are preprocessed: their losses and errors "
                                    "are in different units and\n  cannot be compared."
                                  : "";
  return fmt::format("\nBest by {}: {}. To train it longer:\n  {}{}{}\n", sort, best->name, command, note, units);
}

std::string grid_text(const std::vector<Axis>& axes) {
  std::vector<std::string> texts;
  for (const Axis& axis : axes) {
    std::vector<std::string> values;
    for (const Point& point : axis.points) values.push_back(point.name);
    texts.push_back(fmt::format("{} = {}", axis.name, join(values)));
  }
  return join(texts, "; ");
}

fs::path default_folder(const Config& config) {
  return fs::path("runs") / folder_name(fmt::format("sweep-{}-{}", config.model.name, data_title(config.data.name)));
}

/// The axes of --grid. Throws Error(kUsage) for two grids over the same option.
std::vector<Axis> parse_axes(const std::vector<std::string>& grid) {
  std::vector<Axis> axes;
  for (const std::string& text : grid) {
    axes.push_back(parse_axis(text));
    if (std::ranges::count(axes, axes.back().name, &Axis::name) > 1)
      throw Error(ErrorKind::kUsage,
                  fmt::format("There are two grids over {}; put all values into one.", axes.back().name));
  }
  return axes;
}

int sweep(const SweepArguments& arguments) {
  Config base = named_config(arguments.model.empty() ? "fc" : arguments.model, arguments.flags.noting());
  arguments.flags.apply(base);
  // Each run stores the number of threads that it has, so that its config repeats it.
  const int threads = static_cast<int>(base.train.threads);
  if (arguments.all.at_once > 1 && threads > 0) base.train.threads = std::max(1, threads / arguments.all.at_once);
  const bool validates = base.data.validation > 0 || !base.data.validation_rows.empty();
  const std::vector<std::string> metrics = chosen_metrics(arguments, base, validates);
  const std::vector<Axis> axes = parse_axes(arguments.grid);
  check_column_names(axes, metrics);
  std::vector<std::string> names;
  for (const Axis& axis : axes) names.push_back(axis.name);
  const std::string sort = arguments.sort.empty() ? default_sort(metrics, names) : arguments.sort;
  const std::vector<Variant> variants = all_variants({.name = "base", .model = base.model.name, .set = {}}, axes, {},
                                                     [&](const std::string&) { return base; });
  const fs::path folder = arguments.out.empty() ? default_folder(base) : fs::path(arguments.out);
  // An unknown column is rejected before hours of training.
  ResultTable columns = results_table(names, {}, metrics, {}, arguments.all.seeds > 1);
  sort_results(columns, sort);
  const std::vector<RunPlan> plans = plan_runs(variants, metrics, arguments.all.seeds, folder);

  const auto lock = lock_results(folder);
  const Output& output = arguments.arguments.output();
  Terminal terminal(output.stream());
  terminal.print(
      fmt::format("{} runs of {} on {}, in {}\n", plans.size(), base.model.name, base.data.name, folder.string()));
  const Ran ran = run_with_display(plans, arguments.all.at_once, threads, terminal);
  const std::vector<VariantResult> results = variant_results(variants.size(), ran.outcomes);
  StudyRecord record{.name = "sweep",
                     .title = fmt::format("A sweep of {} on {}", base.model.name, data_title(base.data.name)),
                     .source = grid_text(axes),
                     .notes = {},
                     .command = arguments.arguments.command_line(),
                     .version = HOURGLASS_VERSION,
                     .quick = false,
                     .seeds = arguments.all.seeds,
                     .axes = names,
                     .metrics = metrics,
                     .variants = variant_records(variants, plans, results),
                     .results = results_table(names, variants, metrics, results, arguments.all.seeds > 1),
                     .published = {}};
  std::vector<VariantRecord> sorted;
  for (const size_t i : sort_results(record.results, sort)) sorted.push_back(std::move(record.variants[i]));
  record.variants = std::move(sorted);
  write_record(record, folder);
  const bool has_page = write_page(folder, terminal);

  const std::string failures = failures_text(record.variants);
  terminal.print(fmt::format("\n{}\n{}{}{}\nIn {}: a run folder per combination, results.csv, results.json{}{}",
                             cli::table(alignment(record.results), cells(record.results)), metrics_legend(metrics),
                             failures.empty() ? "" : "\n" + failures, best_text(record, sort, validates, base, folder),
                             folder.string(), has_page ? ", report.html" : "",
                             continue_text(ran, arguments.arguments)));
  if (output.json()) output.print("", [&] { return to_json(record); });
  return ran.exit_code;
}

}  // namespace

Action declare_sweep(Arguments& app) {
  const auto arguments = std::make_shared<SweepArguments>(app);
  return [arguments] { return sweep(*arguments); };
}

}  // namespace hourglass::cli
