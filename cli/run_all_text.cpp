#include "run_all_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "command.h"
#include "core/file.h"
#include "core/json.h"
#include "run_all_display.h"
#include "stop_signals.h"
#include "study/measure.h"
#include "study/study_page.h"
#include "text.h"

namespace hourglass::cli {

void RunAllOptions::add_to(Arguments& arguments) {
  arguments.add("--seeds", seeds, "number of seeds per variant; the mean and standard deviation are reported")
      .value("N")
      .range(1, 1000)
      .shows_default();
  arguments
      .add("--at-once", at_once,
           "number of parallel runs, which share the threads; for many small runs, the number of cores is fastest")
      .value("N")
      .range(1, 256)
      .shows_default();
}

std::unique_ptr<FolderLock> lock_results(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw Error(ErrorKind::kIo, fmt::format("Cannot create the folder '{}': {}.", folder.string(), error.message()));
  return std::make_unique<FolderLock>(folder);
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
  Ran ran{run_all(plans, at_once, callbacks, {.threads = threads, .log = {}}), false, kDone};
  const auto failed =
      std::ranges::find_if(ran.outcomes, [](const auto& outcome) { return outcome.failure.has_value(); });
  if (failed != ran.outcomes.end()) ran.exit_code = exit_code(*failed->failure);
  if (signals.exit_code() != 0) ran.exit_code = signals.exit_code();
  ran.is_interrupted =
      signals.exit_code() != 0 && std::ranges::count(ran.outcomes, RunState::kWaiting, &RunOutcome::state) > 0;
  return ran;
}

void write_record(const StudyRecord& record, const std::filesystem::path& folder) {
  write_file_atomically(folder / "results.csv", to_csv(record.results));
  if (!record.published.columns.empty()) write_file_atomically(folder / "published.csv", to_csv(record.published));
  write_file_atomically(record_file(folder), json_text(to_json(record)) + "\n");
}

bool write_page(const std::filesystem::path& folder, Terminal& terminal) {
  try {
    write_study_page(folder);
    return true;
  } catch (const Error& error) {
    terminal.print(fmt::format("Cannot write the page: {}", error.what()));
    return false;
  }
}

std::string failures_text(const std::vector<VariantRecord>& variants) {
  std::string text;
  for (const VariantRecord& variant : variants)
    if (!variant.message.empty()) text += fmt::format("  {}: {}\n", variant.name, variant.message);
  return text;
}

std::string continue_text(const Ran& ran, const Arguments& arguments) {
  if (!ran.is_interrupted) return "";
  return fmt::format("\n\nStopped; everything is saved. To continue to the same results:\n  {}",
                     arguments.command_line());
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
