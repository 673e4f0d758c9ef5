#pragma once
// What many runs look like while they run: a line for each that ends, and below them, on a terminal, one that says what
// is done, running and left.

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "study/run_all.h"
#include "terminal.h"

namespace hourglass::cli {

class RunAllDisplay {
 public:
  /// Prints to `terminal`; both must outlive this.
  RunAllDisplay(Terminal& terminal, const std::vector<RunPlan>& plans);

  /// For RunAllCallbacks: all refer to this display.
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
  std::map<size_t, std::string> running_;  // run, and where it is
  std::map<size_t, double> parts_;         // of the epochs of the running ones
  size_t ended_ = 0;
  double epochs_in_all_ = 0;  // of all plans
  double epochs_before_ = 0;  // of those that were finished before this began
  double epochs_done_ = 0;    // of those that ended since
};

}  // namespace hourglass::cli
