#pragma once
// Shows the progress of many runs: a line for each finished run and, on a terminal, a last line with the number of
// finished, active and remaining runs.

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "study/run_all.h"
#include "terminal.h"

namespace hourglass::cli {

class RunAllDisplay {
 public:
  /// Prints to `terminal`. Both arguments must outlive this object.
  RunAllDisplay(Terminal& terminal, const std::vector<RunPlan>& plans);

  /// Callbacks for RunAllCallbacks.
  void on_start(size_t run);
  void on_progress(size_t run, const Progress& progress);
  void on_measure(size_t run);
  void on_end(size_t run, const RunOutcome& outcome);

 private:
  void show_overview();
  double seconds_left() const;

  Terminal& terminal_;
  const std::vector<RunPlan>& plans_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::map<size_t, std::string> running_;  // progress text of each active run
  std::map<size_t, double> parts_;         // finished fraction of each active run
  size_t ended_ = 0;
  double epochs_in_all_ = 0;  // epochs of all plans
  double epochs_before_ = 0;  // epochs of runs that were finished at the start
  double epochs_done_ = 0;    // epochs of runs that ended since the start
};

}  // namespace hourglass::cli
