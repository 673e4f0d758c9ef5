#pragma once
// What travels instead of global state: how many threads work, and where a line of log goes.

#include <functional>
#include <string>

namespace hourglass {

/// Handed to everything that computes. The library never prints: it hands notes to `log`.
struct Context {
  int threads = 0;                              ///< workers; 0: one a core this process may use
  std::function<void(const std::string&)> log;  ///< gets one line at a time; empty: lines are dropped
};

/// The number of workers that `context.threads` means here, at least 1.
int num_threads(const Context& context);

}  // namespace hourglass
