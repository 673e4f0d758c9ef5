#pragma once
// What a download looks like while it runs: a bar on a terminal, a line now and then elsewhere.

#include <chrono>
#include <string>

#include "fetch/download.h"
#include "terminal.h"

namespace hourglass::cli {

class FetchDisplay {
 public:
  /// Of one file. Prints to `terminal`, which must outlive it.
  FetchDisplay(Terminal& terminal, std::string file) : terminal_(terminal), file_(std::move(file)) {}

  /// For DownloadOptions.
  void on_progress(const DownloadProgress& progress);
  /// The last line: what came, how fast.
  void on_end(const DownloadResult& result);

 private:
  using Clock = std::chrono::steady_clock;
  std::string line(const DownloadProgress& progress, double seconds) const;

  Terminal& terminal_;
  std::string file_;
  int64_t begin_ = -1;  // bytes that were there before
  Clock::time_point start_ = Clock::now(), last_shown_ = start_, last_printed_ = start_;
};

}  // namespace hourglass::cli
