#pragma once
// What travels instead of global state: how many threads work, where a line of log goes, and who waits.

#include <cstdint>
#include <functional>
#include <string>

namespace hourglass {

/// How far a long computation is.
struct Stage {
  std::string what;  ///< what is done at present: "likelihood: log_likelihood"
  double part = 0;   ///< of the whole, 0 to 1
};

/// Handed to everything that computes. The library never prints: it hands notes to `log`.
struct Context {
  int threads = 0;                                  ///< workers; 0: one a core this process may use
  std::function<void(const std::string&)> log{};    ///< gets one line at a time; empty: lines are dropped
  std::function<void(const Stage&)> on_progress{};  ///< gets what long computations are at; on the caller's thread

  /// Tells on_progress, where there is one, that `done` of `total` is.
  void progress(const char* what, int64_t done, int64_t total) const {
    if (on_progress) on_progress({what, total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1});
  }
};

/// The number of workers that `context.threads` means here, at least 1.
int num_threads(const Context& context);

}  // namespace hourglass
