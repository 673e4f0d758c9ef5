#include "stage_display.h"

#include <fmt/format.h>

#include "text.h"

namespace hourglass::cli {
namespace {

constexpr std::chrono::milliseconds kRewriteEvery{100};

}  // namespace

/// "  [######------]  41 %  0:12  likelihood: log_likelihood"
void StageDisplay::show(const Stage& stage) {
  const auto now = Clock::now();
  if (!terminal_.is_live() || now - start_ < quiet_) return;
  // The name of a new stage is shown immediately, because the stage can take long.
  if (stage.what == last_what_ && now - last_shown_ < kRewriteEvery) return;
  last_shown_ = now;
  last_what_ = stage.what;
  const std::chrono::duration<double> elapsed = now - start_;
  terminal_.rewrite(fmt::format("  {} {:3.0f} %  {}  {}", progress_bar(stage.part), 100 * stage.part,
                                duration(elapsed.count()), stage.what));
}

}  // namespace hourglass::cli
