#pragma once
// What training looks like while it runs: a line an epoch, the running one rewritten in place on a terminal.

#include <chrono>

#include "hourglass/trainer.h"
#include "terminal.h"

namespace hourglass::cli {

class TrainDisplay {
 public:
  /// Prints to `terminal`, which must outlive it. `epochs`: of the whole run.
  TrainDisplay(Terminal& terminal, int64_t epochs) : terminal_(terminal), epochs_(epochs) {}

  /// For TrainCallbacks: both refer to this display.
  void on_epoch(const EpochRecord& record);
  void on_progress(const Progress& progress);

 private:
  Terminal& terminal_;
  int64_t epochs_;
  int64_t epochs_shown_ = 0;  // since the start or the resume
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace hourglass::cli
