#include "run_all_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "command.h"
#include "run_all_display.h"
#include "stop_signals.h"
#include "study/measure.h"
#include "text.h"

namespace hourglass::cli {

void RunAllOptions::add_to(CLI::App& app) {
  app.add_option("--seeds", seeds, "repeat each with as many seeds; mean and standard deviation are reported")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{1000}))
      ->capture_default_str();
  app.add_option("--at-once", at_once, "runs at the same time, which share the threads")
      ->type_name("N")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_flag("--quiet", quiet, "print nothing but errors");
  app.add_flag("--json", json, "print the results as JSON, and all else on standard error");
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

std::string failures_text(const std::vector<Variant>& variants, const std::vector<VariantResult>& results) {
  std::string text;
  for (size_t i = 0; i < variants.size(); ++i)
    if (!results[i].message.empty()) text += fmt::format("  {}: {}\n", variants[i].name, results[i].message);
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
