#include "run_all_display.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "result_text.h"
#include "text.h"

namespace hourglass::cli {
namespace {

constexpr size_t kNumMetricsShown = 3;

std::string first_metrics(const RunOutcome& outcome) {
  std::string text;
  for (size_t i = 0; i < std::min(kNumMetricsShown, outcome.metrics.size()); ++i)
    text += fmt::format("  {} {}", outcome.metrics[i].name, cell_text(outcome.metrics[i].value));
  return text;
}

}  // namespace

RunAllDisplay::RunAllDisplay(Terminal& terminal, const std::vector<RunPlan>& plans)
    : terminal_(terminal), plans_(plans) {
  for (const RunPlan& plan : plans) epochs_in_all_ += static_cast<double>(plan.config.train.epochs);
}

void RunAllDisplay::on_start(size_t run) {
  running_[run] = "starting";
  show_overview();
}

void RunAllDisplay::on_progress(size_t run, const Progress& progress) {
  const double part = static_cast<double>(progress.step) / static_cast<double>(std::max<int64_t>(1, progress.steps));
  parts_[run] = static_cast<double>(progress.epoch - 1) + part;
  running_[run] = fmt::format("epoch {}/{}", progress.epoch, progress.epochs);
  show_overview();
}

void RunAllDisplay::on_measure(size_t run) {
  running_[run] = "measuring";
  show_overview();
}

void RunAllDisplay::on_end(size_t run, const RunOutcome& outcome) {
  const auto epochs = static_cast<double>(plans_[run].config.train.epochs);
  const bool was_finished = !running_.contains(run);
  (was_finished ? epochs_before_ : epochs_done_) += epochs;
  running_.erase(run);
  parts_.erase(run);
  if (outcome.state == RunState::kWaiting) return;
  ++ended_;
  const std::string total = std::to_string(plans_.size());
  std::string line = fmt::format("[{:>{}}/{}] {}", ended_, total.size(), total, plans_[run].name);
  if (outcome.state == RunState::kDone)
    line += fmt::format("{}  {}{}", first_metrics(outcome), duration(outcome.seconds),
                        was_finished ? "  (finished earlier)" : "");
  else
    line += "  " + outcome.message;
  terminal_.print(line);
  for (const std::string& note : outcome.notes) terminal_.print("        " + note);
  show_overview();
}

void RunAllDisplay::show_overview() {
  std::vector<std::string> running;
  for (const auto& [run, where] : running_) running.push_back(fmt::format("{} {}", plans_[run].name, where));
  const double left = seconds_left();
  terminal_.rewrite(fmt::format("{} of {} done, {} left{}{}{}", ended_, plans_.size(),
                                plans_.size() - ended_ - running_.size(), running.empty() ? "" : "; ",
                                join(running, "; "), left > 0 ? fmt::format("; {} left", duration(left)) : ""));
}

double RunAllDisplay::seconds_left() const {
  double done = epochs_done_;
  for (const auto& [run, part] : parts_) done += part;
  if (done <= 0) return 0;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  return elapsed.count() / done * (epochs_in_all_ - epochs_before_ - done);
}

}  // namespace hourglass::cli
