#include "study/study_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/file.h"
#include "core/json.h"
#include "core/text.h"
#include "formats/base64.h"
#include "report/page.h"
#include "study/comparison.h"
#include "study/dimensions.h"
#include "study/measure.h"
#include "study/run_record.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;
constexpr size_t kMaxCurvePoints = 500;  // more points are not visible and make the page large

/// Data from the run folders.
struct StudyRuns {
  std::vector<RunRecord> runs;   ///< run of the first seed of each variant that was started
  std::vector<size_t> variants;  ///< index of the variant of each run
  double seconds = 0;            ///< total training time of all seeds
};

StudyRuns read_runs(const StudyRecord& record, const fs::path& folder) {
  StudyRuns found;
  for (size_t i = 0; i < record.variants.size(); ++i) {
    const std::vector<std::string>& names = record.variants[i].runs;
    for (const std::string& name : names) {
      if (!file_exists(RunFolder{folder / name}.config())) continue;
      RunRecord run = read_run(folder / name);
      if (const double seconds = value_of(run.measurements, "seconds"); !std::isnan(seconds)) found.seconds += seconds;
      if (name != names.front()) continue;
      found.variants.push_back(i);
      found.runs.push_back(std::move(run));
    }
  }
  return found;
}

/// Returns the options that differ, with one value per variant: "" for a variant without a run.
std::vector<OptionDifference> options_of(const StudyRuns& found, size_t num_variants) {
  std::vector<Config> configs;
  for (const RunRecord& run : found.runs) {
    configs.push_back(run.config);
    // The config has latent_dim = 0 if the layers determine the size.
    const double latent_dim = value_of(run.measurements, "latent_dim");
    if (!std::isnan(latent_dim)) configs.back().model.latent_dim = static_cast<int64_t>(latent_dim);
  }
  std::vector<OptionDifference> options = option_differences(configs);
  for (OptionDifference& option : options) {
    std::vector<std::string> values(num_variants);
    for (size_t i = 0; i < option.values.size(); ++i) values[found.variants[i]] = option.values[i];
    option.values = std::move(values);
  }
  return options;
}

// JSON has no NaN: a missing value is null.
Json to_json(const Cell& cell) {
  const double* number = std::get_if<double>(&cell);
  if (!number) return std::get<std::string>(cell);
  return std::isfinite(*number) ? Json(*number) : Json();
}

Json to_json(const std::vector<Cell>& cells) {
  Json json = Json::array();
  for (const Cell& cell : cells) json.push_back(to_json(cell));
  return json;
}

Json page_table(const ResultTable& table) {
  Json rows = Json::array();
  for (const auto& row : table.rows) rows.push_back(to_json(row));
  return {{"columns", table.columns}, {"rows", rows}};
}

Json curve(size_t variant, const History& history) {
  const size_t stride = (history.size() + kMaxCurvePoints - 1) / kMaxCurvePoints;
  Json json = {{"variant", variant}, {"epochs", Json::array()}, {"test", Json::array()}, {"train", Json::array()}};
  for (size_t i = 0; i < history.size(); ++i) {
    if ((i + 1) % stride != 0 && i + 1 != history.size()) continue;
    json["epochs"].push_back(history[i].epoch);
    json["test"].push_back(to_json(Cell(history[i].test.total())));
    json["train"].push_back(to_json(Cell(history[i].train.total())));
  }
  return json;
}

Json curves(const StudyRuns& found) {
  Json json = Json::array();
  for (size_t i = 0; i < found.runs.size(); ++i)
    if (!found.runs[i].history.empty()) json.push_back(curve(found.variants[i], found.runs[i].history));
  return json;
}

Json headline(const std::string& name, const std::string& value, const std::string& definition) {
  return {{"name", name}, {"value", value}, {"definition", definition}};
}

std::string states_text(const StudyRecord& record) {
  std::map<std::string, int64_t> states;
  for (const VariantRecord& variant : record.variants) ++states[variant.state];
  states.erase("done");
  std::vector<std::string> parts;
  for (const auto& [state, number] : states) parts.push_back(fmt::format("{} {}", count(number), state));
  return "Trained and measured" + (parts.empty() ? "." : "; " + join(parts) + ".");
}

Json headlines(const StudyRecord& record, const StudyRuns& found) {
  const auto done = std::ranges::count(record.variants, "done", &VariantRecord::state);
  Json all = Json::array();
  all.push_back(headline("Variants", fmt::format("{} of {}", count(done), count(std::ssize(record.variants))),
                         states_text(record)));
  if (!record.published.rows.empty() && !record.quick) {
    const auto reached = std::ranges::count_if(
        record.published.rows, [](const auto& row) { return std::ranges::count(row, Cell("reached")) > 0; });
    all.push_back(headline("Published numbers reached", fmt::format("{} of {}", reached, record.published.rows.size()),
                           "Reached or better; the rounding of the published number is taken into account."));
  }
  all.push_back(
      headline("Seeds", count(record.seeds),
               record.seeds > 1 ? "Numbers are means over seeds ± one standard deviation." : "One run per variant."));
  std::set<std::string> datasets;
  for (const VariantRecord& variant : record.variants) datasets.insert(variant.data);
  if (!datasets.empty())
    all.push_back(
        headline(datasets.size() == 1 ? "Dataset" : "Datasets",
                 datasets.size() == 1 ? *datasets.begin() : count(std::ssize(datasets)),
                 datasets.size() == 1 ? "Used by all variants." : join({datasets.begin(), datasets.end()}) + "."));
  if (found.seconds > 0)
    all.push_back(
        headline("Training", seconds_text(found.seconds), "Total time of all runs, without passes over the test set."));
  return all;
}

Json metrics_json(const StudyRecord& record) {
  std::vector<std::string> names = record.metrics;
  const auto column = std::ranges::find(record.published.columns, "metric") - record.published.columns.begin();
  for (const auto& row : record.published.rows)
    if (const std::string metric = std::get<std::string>(row.at(column)); std::ranges::count(names, metric) == 0)
      names.push_back(metric);
  Json json = Json::array();
  for (const std::string& name : names) {
    const Metric& metric = find_metric(name);
    json.push_back(
        {{"name", metric.name}, {"definition", metric.definition}, {"larger_is_better", metric.larger_is_better}});
  }
  return json;
}

Json variants_json(const StudyRecord& record, const fs::path& folder) {
  Json json = Json::array();
  for (const VariantRecord& variant : record.variants) {
    Json pages = Json::array();
    for (const std::string& run : variant.runs)
      if (file_exists(RunFolder{folder / run}.report())) pages.push_back(run);
    json.push_back({{"name", variant.name}, {"state", variant.state}, {"message", variant.message}, {"pages", pages}});
  }
  return json;
}

}  // namespace

Json study_page_data(const StudyRecord& record, const fs::path& folder) {
  const StudyRuns found = read_runs(record, folder);
  const std::vector<OptionDifference> options = options_of(found, record.variants.size());
  std::vector<std::string> names;
  for (const VariantRecord& variant : record.variants) names.push_back(variant.name);

  Json json = {{"title", record.title},
               {"source", record.source},
               {"notes", record.notes},
               {"command", record.command},
               {"version", record.version},
               {"quick", record.quick},
               {"num_axes", record.axes.size()},
               {"metrics", metrics_json(record)},
               {"headlines", headlines(record, found)},
               {"variants", variants_json(record, folder)},
               {"results", page_table(record.results)},
               {"published", page_table(record.published)},
               {"curves", curves(found)},
               {"comparable", same_objective(found.runs)},
               {"dimensions", Json::array()},
               {"trends", Json::array()}};
  for (const Dimension& dimension : dimensions(record.results, record.axes.size(), options))
    json["dimensions"].push_back({{"name", dimension.name}, {"values", to_json(dimension.values)}});
  for (const Trend& trend : trends(names, record.results, record.axes.size(), options)) {
    Json series = Json::array();
    for (const Series& each : trend.series) series.push_back({{"names", each.names}, {"variants", each.variants}});
    json["trends"].push_back({{"key", trend.key}, {"series", series}});
  }
  if (const fs::path figure = folder / "figure.png"; file_exists(figure))
    json["figure"] = "data:image/png;base64," + to_base64(read_file(figure));
  return json;
}

fs::path write_study_page(const fs::path& folder) {
  const StudyRecord record = read_study_record(folder);
  fs::path file = folder / "report.html";
  write_file_atomically(
      file, html_page(record.title, study_page_data(record, folder), {"line_charts.js", "parallel.js", "study.js"}));
  return file;
}

}  // namespace hourglass
