#pragma once
// Common code of `sweep` and `reproduce`: many runs with a live overview, their results and their files.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "arguments.h"
#include "core/file_lock.h"
#include "study/run_all.h"
#include "study/study_record.h"
#include "terminal.h"

namespace hourglass::cli {

/// --seeds and --at-once.
struct RunAllOptions {
  void add_to(Arguments& arguments);

  int64_t seeds = 1;
  int at_once = 1;
};

struct Ran {
  std::vector<RunOutcome> outcomes;
  bool is_interrupted;
  int exit_code;  ///< 0, or the exit code of the signal that stopped it, or of the first failed run
};

/// Creates and locks the folder of a sweep or a study. Throws Error(kUsage) if another process uses it, Error(kIo).
std::unique_ptr<FolderLock> lock_results(const std::filesystem::path& folder);

/// Runs all plans, until the end or a signal.
Ran run_with_display(const std::vector<RunPlan>& plans, int at_once, int threads, Terminal& terminal);

/// Writes results.csv, results.json and, if there are published values, published.csv.
void write_record(const StudyRecord& record, const std::filesystem::path& folder);

/// Writes report.html. If that fails, prints the reason and returns false; the other files are not affected.
bool write_page(const std::filesystem::path& folder, Terminal& terminal);

/// A line for each variant that failed, with the reason, or "".
std::string failures_text(const std::vector<VariantRecord>& variants);

/// How to continue, if the runs were interrupted, or "".
std::string continue_text(const Ran& ran, const Arguments& arguments);

/// One line per metric: its name and its definition.
std::string metrics_legend(const std::vector<std::string>& metrics);

/// Returns `names`. Throws Error(kUsage) for an unknown metric.
std::vector<std::string> metric_names(const std::vector<std::string>& names);

}  // namespace hourglass::cli
