#pragma once
// Shows the progress of a long computation: a bar on a terminal, otherwise nothing.

#include <chrono>
#include <functional>
#include <string>

#include "hourglass/context.h"
#include "terminal.h"

namespace hourglass::cli {

/// Delay of the bar while data are read, since that is usually short.
inline constexpr std::chrono::milliseconds kQuietReading{300};

class StageDisplay {
 public:
  /// The bar is the live line of the terminal; the next text replaces it. Nothing is shown in the first `quiet`
  /// milliseconds.
  explicit StageDisplay(Terminal& terminal, std::chrono::milliseconds quiet = {})
      : terminal_(terminal), quiet_(quiet) {}

  /// Callback for Context::on_progress. It refers to this object.
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
