#pragma once
// What training looks like while it runs: a line an epoch, the running one rewritten in place on a terminal.

#include <chrono>
#include <string>
#include <vector>

#include "hourglass/trainer.h"
#include "terminal.h"

namespace hourglass::cli {

class TrainDisplay {
 public:
  struct Options {
    int64_t epochs;            ///< of the whole run
    bool has_kl;               ///< the divergence of a Gaussian latent is shown by itself where there is room
    bool shows_terms = false;  ///< every term, behind every epoch
    LossScales scales = {};    ///< of these
  };
  /// Prints to `terminal`, which must outlive it.
  TrainDisplay(Terminal& terminal, const Options& options) : terminal_(terminal), options_(options) {}

  /// For TrainCallbacks: both refer to this display.
  void on_epoch(const EpochRecord& record);
  void on_progress(const Progress& progress);

 private:
  bool shows_kl() const;
  std::string line(int64_t epoch, double train_loss, const std::string& middle, double images_per_second,
                   double seconds_left) const;
  /// The line with the curve of the losses behind it, on a terminal that has room for it.
  std::string with_curve(const std::string& line) const;

  Terminal& terminal_;
  Options options_;
  std::vector<double> curve_;  // the held-out loss of each epoch
  int64_t epochs_shown_ = 0;   // since the start or the resume
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace hourglass::cli
