#pragma once
// Ctrl-C, SIGTERM and a lost terminal (SIGHUP) as a flag that training checks between two steps.

#include <signal.h>

#include <atomic>

namespace hourglass::cli {

/// While an object exists, the first SIGINT, SIGTERM or SIGHUP sets the flag. A second one of the same kind ends the
/// program.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  const std::atomic<bool>* flag() const;
  /// 128 plus the number of the received signal, as in shells; 0: no signal.
  int exit_code() const;

 private:
  struct sigaction old_interrupt_, old_terminate_, old_hangup_;
};

}  // namespace hourglass::cli
