#pragma once
// Shows the progress of a download: a bar on a terminal, otherwise a line from time to time.

#include <chrono>
#include <string>

#include "fetch/download.h"
#include "terminal.h"

namespace hourglass::cli {

class FetchDisplay {
 public:
  /// For one file. Prints to `terminal`, which must outlive this object.
  FetchDisplay(Terminal& terminal, std::string file) : terminal_(terminal), file_(std::move(file)) {}

  /// Callback for DownloadOptions.
  void on_progress(const DownloadProgress& progress);
  /// Prints the last line: size and time.
  void on_end(const DownloadResult& result);

 private:
  using Clock = std::chrono::steady_clock;
  std::string line(const DownloadProgress& progress, double seconds) const;

  Terminal& terminal_;
  std::string file_;
  int64_t begin_ = -1;  // bytes of an earlier download; -1: not known yet
  Clock::time_point start_ = Clock::now(), last_shown_ = start_, last_printed_ = start_;
};

}  // namespace hourglass::cli
