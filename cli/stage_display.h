#pragma once
// How far a long computation is: a bar on a terminal, nothing elsewhere.

#include <chrono>
#include <string>

#include "hourglass/context.h"
#include "terminal.h"

namespace hourglass::cli {

class StageDisplay {
 public:
  /// Prints to standard error, and clears its line at the end.
  StageDisplay() : terminal_(stderr) {}

  /// For Context.
  void on_progress(const Stage& stage);

 private:
  using Clock = std::chrono::steady_clock;

  Terminal terminal_;
  Clock::time_point start_ = Clock::now(), last_shown_{};
  std::string last_what_;
};

}  // namespace hourglass::cli
