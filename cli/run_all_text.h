#pragma once
// What `sweep` and `reproduce` share: many runs with a live overview, how they ended, and what they leave.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "study/run_all.h"
#include "study/study_record.h"
#include "terminal.h"

namespace hourglass::cli {

/// --seeds, --at-once, --quiet and --json.
struct RunAllOptions {
  void add_to(CLI::App& app);
  /// Where all but the results of --json goes; null: nowhere.
  std::FILE* stream() const { return quiet ? nullptr : json ? stderr : stdout; }
  /// The command as it was given, with `threads` workers where it does not say how many.
  std::string command(int threads) const;

  int64_t seeds = 1;
  int at_once = 1;
  bool quiet = false, json = false;

 private:
  const CLI::App* app_ = nullptr;
};

struct Ran {
  std::vector<RunOutcome> outcomes;
  int exit_code;  ///< 0, that of the signal that stopped it, else that of the first run that failed
};

/// Runs the plans until their end or a signal.
Ran run_with_display(const std::vector<RunPlan>& plans, int at_once, int threads, Terminal& terminal);

/// Writes results.csv, published.csv where something was published, and results.json.
void write_record(const StudyRecord& record, const std::filesystem::path& folder);

/// Writes the page of the folder; where that fails, says why and returns false: the results are there all the same.
bool write_page(const std::filesystem::path& folder, Terminal& terminal);

/// A line for each variant that failed, with the reason, or "".
std::string failures_text(const std::vector<VariantRecord>& variants);

/// A line a metric: its name and what it means.
std::string metrics_legend(const std::vector<std::string>& metrics);

/// "mse,psnr" as names of metrics. Throws Error(kUsage) for an unknown one.
std::vector<std::string> metric_names(const std::vector<std::string>& names);

}  // namespace hourglass::cli
