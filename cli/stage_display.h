#pragma once
// How far a long computation is: a bar on a terminal, nothing elsewhere.

#include <chrono>
#include <functional>
#include <string>

#include "hourglass/context.h"
#include "terminal.h"

namespace hourglass::cli {

/// Data are mostly read before a bar could be looked at.
inline constexpr std::chrono::milliseconds kQuietReading{300};

class StageDisplay {
 public:
  /// The bar is the terminal's live line, which goes with the next text there or with the terminal. Nothing is shown
  /// in the first `quiet` milliseconds.
  explicit StageDisplay(Terminal& terminal, std::chrono::milliseconds quiet = {})
      : terminal_(terminal), quiet_(quiet) {}

  /// For Context::on_progress; it holds this object.
  std::function<void(const Stage&)> callback() {
    return [this](const Stage& stage) { show(stage); };
  }

 private:
  using Clock = std::chrono::steady_clock;

  void show(const Stage& stage);

  Terminal& terminal_;
  std::chrono::milliseconds quiet_;
  Clock::time_point start_ = Clock::now(), last_shown_{};
  std::string last_what_;
};

}  // namespace hourglass::cli
