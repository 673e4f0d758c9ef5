#pragma once
// Ctrl-C and SIGTERM as a flag that training looks at between two steps.

#include <signal.h>

#include <atomic>

namespace hourglass::cli {

/// While it lives, the first SIGINT or SIGTERM sets the flag; a second one of the same kind ends the program at once.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  const std::atomic<bool>* flag() const;
  /// 128 plus the number of the signal that came, as shells report it; 0: none came.
  int exit_code() const;

 private:
  struct sigaction old_interrupt_, old_terminate_;
};

}  // namespace hourglass::cli
