#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "command.h"
#include "config_flags.h"
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
  explicit SweepArguments(CLI::App& app) : flags(app) {
    app.add_option("MODEL", model, "preset ('hourglass models' lists them) or TOML file; default: fc")->type_name("");
    app.add_option("--grid", grid, "values of an option to try, each with each of the others; may be repeated")
        ->type_name("KEY=V,V...")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->required();
    app.add_option("--metrics", metrics, "what is measured of each: " + known_metrics())
        ->type_name("NAME,...")
        ->delimiter(',');
    app.add_option("--sort", sort, "column that sorts the table, the best first; '-COLUMN' turns it round")
        ->type_name("COLUMN");
    app.add_option("--out", out, "folder with a run folder for each; default: runs/sweep-MODEL-DATA")->type_name("DIR");
    all.add_to(app);
    add_data_flags(flags);
    add_training_flags(flags);
    flags.add_set();
    app.footer(
        "Examples:\n"
        "  hourglass sweep rae --data mnist --grid model.latent_dim=10,20,40 --grid objective.weight_l2=0,1e-5\n"
        "  hourglass sweep fc --grid \"model.encoder=linear 32; linear 64, relu, linear 32\" --sort psnr_mean\n\n"
        "Values that hold commas are separated by ';'. The same command goes on where it was stopped, and repeats "
        "nothing\nthat is finished. A run that diverges is reported, and the others still run.");
  }

  static std::string known_metrics() {
    std::vector<std::string> names;
    for (const Metric& metric : all_metrics()) names.push_back(metric.name);
    return join(names);
  }

  std::string model, out, sort;
  std::vector<std::string> grid;
  std::vector<std::string> metrics = {"loss", "mse", "psnr_mean"};
  RunAllOptions all;
  ConfigFlags flags;
};

/// Sorts by a column, metrics by what is better. Returns where each row stood before.
std::vector<size_t> sort_results(ResultTable& results, std::string column) {
  const bool turned = column.starts_with("-");
  if (turned) column.erase(0, 1);
  const auto metric = std::ranges::find(all_metrics(), column, &Metric::name);
  const bool larger_first = metric != all_metrics().end() && metric->larger_is_better;
  return sort_rows(results, column, larger_first != turned);
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
  return fs::path("runs") / folder_name(fmt::format("sweep-{}-{}", config.model.name, config.data.name));
}

int sweep(const SweepArguments& arguments) {
  Config base = named_config(arguments.model.empty() ? "fc" : arguments.model);
  arguments.flags.apply(base);
  const std::vector<std::string> metrics = metric_names(arguments.metrics);
  std::vector<Axis> axes;
  std::vector<std::string> names;
  for (const std::string& text : arguments.grid) {
    axes.push_back(parse_axis(text));
    if (std::ranges::count(names, axes.back().name) > 0)
      throw Error(ErrorKind::kUsage,
                  fmt::format("There are two grids over {}; put all values into one.", axes.back().name));
    names.push_back(axes.back().name);
  }
  const std::vector<Variant> variants = all_variants({.name = "base", .model = base.model.name, .set = {}}, axes, {},
                                                     [&](const std::string&) { return base; });
  const fs::path folder = arguments.out.empty() ? default_folder(base) : fs::path(arguments.out);
  if (!arguments.sort.empty()) {  // an unknown column is refused before hours of training
    ResultTable columns = results_table(names, {}, metrics, {}, arguments.all.seeds > 1);
    sort_results(columns, arguments.sort);
  }
  const std::vector<RunPlan> plans = plan_runs(variants, metrics, arguments.all.seeds, folder);

  Terminal terminal(arguments.all.stream());
  terminal.print(
      fmt::format("{} runs of {} on {}, in {}\n", plans.size(), base.model.name, base.data.name, folder.string()));
  const int threads = static_cast<int>(base.train.threads);
  const Ran ran = run_with_display(plans, arguments.all.at_once, threads, terminal);
  const std::vector<VariantResult> results = variant_results(variants.size(), ran.outcomes);
  StudyRecord record{.name = "sweep",
                     .title = fmt::format("A sweep of {} on {}", base.model.name, base.data.name),
                     .source = grid_text(axes),
                     .notes = {},
                     .command = arguments.all.command(num_threads({.threads = threads, .log = {}})),
                     .version = HOURGLASS_VERSION,
                     .quick = false,
                     .seeds = arguments.all.seeds,
                     .axes = names,
                     .metrics = metrics,
                     .variants = variant_records(variants, plans, results),
                     .results = results_table(names, variants, metrics, results, arguments.all.seeds > 1),
                     .published = {}};
  if (!arguments.sort.empty()) {
    std::vector<VariantRecord> sorted;
    for (const size_t i : sort_results(record.results, arguments.sort)) sorted.push_back(std::move(record.variants[i]));
    record.variants = std::move(sorted);
  }
  write_record(record, folder);
  const bool has_page = write_page(folder, terminal);

  if (arguments.all.json) fmt::print("{}\n", to_json(record).dump(2));
  const std::string failures = failures_text(record.variants);
  terminal.print(fmt::format("\n{}\n{}{}\nIn {}: a run folder for each, results.csv, results.json{}",
                             cli::table(alignment(record.results), cells(record.results)), metrics_legend(metrics),
                             failures.empty() ? "" : "\n" + failures, folder.string(),
                             has_page ? ", report.html" : ""));
  return ran.exit_code;
}

}  // namespace

Action declare_sweep(CLI::App& app) {
  const auto arguments = std::make_shared<SweepArguments>(app);
  return [arguments] { return sweep(*arguments); };
}

}  // namespace hourglass::cli
