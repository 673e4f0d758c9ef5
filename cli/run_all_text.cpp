#include "run_all_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "command.h"
#include "core/file.h"
#include "run_all_display.h"
#include "stop_signals.h"
#include "study/measure.h"
#include "study/study_page.h"
#include "text.h"

namespace hourglass::cli {

namespace {

/// An option as it stands on the command line, or "" where it was not given.
std::string words_of(const CLI::Option& option) {
  if (option.count() == 0) return "";
  const std::string name = option.nonpositional() ? option.get_name() : "";
  if (option.get_items_expected_max() == 0) return " " + name;
  std::vector<std::string> values = option.results();
  if (option.get_delimiter() != '\0') values = {join(values, std::string(1, option.get_delimiter()))};
  std::string words;
  for (const std::string& value : values) {
    if (!name.empty()) words += " " + name;
    words += (value.starts_with('-') && !name.empty() ? "=" : " ") + shell_word(value);
  }
  return words;
}

}  // namespace

void RunAllOptions::add_to(CLI::App& app) {
  app_ = &app;
  app.add_option("--seeds", seeds, "repeat each with as many seeds; mean and standard deviation are reported")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{1000}))
      ->capture_default_str();
  app.add_option(
         "--at-once", at_once,
         "runs at the same time, which share the threads; as many as cores is faster where runs are many and small")
      ->type_name("N")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_flag("--quiet", quiet, "print nothing but errors");
  app.add_flag("--json", json, "print the results as JSON, and all else on standard error");
}

std::string RunAllOptions::command(int threads) const {
  std::string text = app_->get_name();
  for (const CLI::Option* option : app_->get_options())
    if (option->get_name() != "--quiet" && option->get_name() != "--json") text += words_of(*option);
  return app_->get_option("--threads")->count() > 0 ? text : text + fmt::format(" --threads {}", threads);
}

Ran run_with_display(const std::vector<RunPlan>& plans, int at_once, int threads, Terminal& terminal) {
  const StopSignals signals;
  RunAllDisplay display(terminal, plans);
  const RunAllCallbacks callbacks = {
      .on_start = [&](size_t run) { display.on_start(run); },
      .on_progress = [&](size_t run, const Progress& progress) { display.on_progress(run, progress); },
      .on_measure = [&](size_t run) { display.on_measure(run); },
      .on_end = [&](size_t run, const RunOutcome& outcome) { display.on_end(run, outcome); },
      .stop = signals.flag()};
  Ran ran{run_all(plans, at_once, callbacks, {.threads = threads, .log = {}}), kDone};
  const auto failed =
      std::ranges::find_if(ran.outcomes, [](const auto& outcome) { return outcome.failure.has_value(); });
  if (failed != ran.outcomes.end()) ran.exit_code = exit_code(*failed->failure);
  if (signals.exit_code() != 0) ran.exit_code = signals.exit_code();
  return ran;
}

void write_record(const StudyRecord& record, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  write_file_atomically(folder / "results.csv", to_csv(record.results));
  if (!record.published.columns.empty()) write_file_atomically(folder / "published.csv", to_csv(record.published));
  write_file_atomically(record_file(folder), to_json(record).dump(2) + "\n");
}

bool write_page(const std::filesystem::path& folder, Terminal& terminal) {
  try {
    write_study_page(folder);
    return true;
  } catch (const Error& error) {
    terminal.print(fmt::format("There is no page: {}", error.what()));
    return false;
  }
}

std::string failures_text(const std::vector<VariantRecord>& variants) {
  std::string text;
  for (const VariantRecord& variant : variants)
    if (!variant.message.empty()) text += fmt::format("  {}: {}\n", variant.name, variant.message);
  return text;
}

std::string metrics_legend(const std::vector<std::string>& metrics) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : metrics) rows.push_back({name, find_metric(name).definition});
  return table("<<", rows);
}

std::vector<std::string> metric_names(const std::vector<std::string>& names) {
  for (const std::string& name : names) find_metric(name);
  return names;
}

}  // namespace hourglass::cli
