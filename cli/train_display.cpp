#include "train_display.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "loss_text.h"
#include "sparkline.h"
#include "text.h"

namespace hourglass::cli {
namespace {

// Longest line with a KL divergence, for runs of up to 9,999 epochs.
constexpr size_t kColumnsWithKl = 100;

// Runs of more epochs print a line at most this often, but the first ones and about 20 others in any case.
constexpr int64_t kMostLines = 60, kFirstLines = 3, kRoundLines = 20;
constexpr std::chrono::milliseconds kBetweenLines{500};

}  // namespace

bool TrainDisplay::shows_kl() const { return options_.has_kl && terminal_.columns() >= kColumnsWithKl; }

/// "epoch  3/50  loss 0.01880  test 0.01765     120,311 samples/s  0:24 left"; `middle` is padded to a fixed width.
std::string TrainDisplay::line(int64_t epoch, double train_loss, const std::string& middle, double samples_per_second,
                               double seconds_left) const {
  const std::string total = std::to_string(options_.epochs);
  return fmt::format("epoch {:>{}}/{}  loss {:<9}  {:<{}}  {:>9} samples/s{}", epoch, total.size(), total,
                     loss(train_loss), middle, shows_kl() ? 28 : 14, count(std::llround(samples_per_second)),
                     seconds_left > 0 ? fmt::format("  {} left", duration(seconds_left)) : "");
}

std::string TrainDisplay::with_curve(const std::string& line) const {
  constexpr size_t kLeast = 6, kMost = 24;
  if (curve_.size() < 2 || !terminal_.shows_unicode() || line.size() + 2 + kLeast > terminal_.columns()) return line;
  return line + "  " + sparkline(curve_, std::min(kMost, terminal_.columns() - line.size() - 2));
}

void TrainDisplay::on_epoch(const EpochRecord& record) {
  ++epochs_shown_;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  const double seconds_left =
      elapsed.count() / static_cast<double>(epochs_shown_) * static_cast<double>(options_.epochs - record.epoch);
  // Show the validation loss if there is a validation set, else the test loss.
  const bool validates = !std::isnan(record.validation.total());
  const Loss& held_out = validates ? record.validation : record.test;
  const bool is_held_out = !std::isnan(held_out.total());
  std::string text = is_held_out ? (validates ? "val  " : "test ") + loss(held_out.total()) : "";
  if (is_held_out && shows_kl()) text += ", kl " + loss(held_out[LossTerm::kKl]);
  curve_.push_back(is_held_out ? held_out.total() : record.train.total());
  // Hundreds of short epochs are not worth a line each.
  const auto now = std::chrono::steady_clock::now();
  const bool is_first = epochs_shown_ <= kFirstLines, is_last = record.epoch == options_.epochs;
  const bool is_round = record.epoch % std::max<int64_t>(1, options_.epochs / kRoundLines) == 0;
  if (options_.epochs > kMostLines && !is_first && !is_last && !is_round && now - last_line_ < kBetweenLines) return;
  last_line_ = now;
  terminal_.print_cut(line(record.epoch, record.train.total(), text, record.samples_per_second, seconds_left));
  if (options_.shows_terms) terminal_.print(loss_lines(record, options_.terms));
}

void TrainDisplay::on_progress(const Progress& progress) {
  const double percent = 100.0 * static_cast<double>(progress.step) / static_cast<double>(progress.steps);
  terminal_.rewrite(with_curve(line(progress.epoch, progress.loss, fmt::format("{:3.0f} %", percent),
                                    progress.samples_per_second, progress.seconds_left)));
}

}  // namespace hourglass::cli
