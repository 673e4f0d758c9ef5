#pragma once
// Passed instead of global state: the number of threads, the log and the progress callback.

#include <cstdint>
#include <functional>
#include <string>

namespace hourglass {

/// Progress of a long computation.
struct Stage {
  std::string what;  ///< the current task: "likelihood: log_likelihood"
  double part = 0;   ///< completed fraction, 0 to 1
};

/// Passed to every function that computes. The library never prints; it passes messages to `log`.
struct Context {
  int threads = 0;                                  ///< worker threads; 0: one per core available to this process
  std::function<void(const std::string&)> log{};    ///< receives one line at a time; empty: lines are dropped
  std::function<void(const Stage&)> on_progress{};  ///< receives progress, on the caller's thread

  /// Calls on_progress, if set, with the fraction done / total.
  void progress(const char* what, int64_t done, int64_t total) const {
    if (on_progress) on_progress({what, total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1});
  }
};

/// Number of worker threads that `context.threads` means on this machine, at least 1.
int num_threads(const Context& context);

}  // namespace hourglass
