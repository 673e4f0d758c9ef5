#pragma once
// Shows the progress of training: one line per epoch; on a terminal the current line is rewritten in place.

#include <chrono>
#include <string>
#include <vector>

#include "hourglass/trainer.h"
#include "terminal.h"

namespace hourglass::cli {

class TrainDisplay {
 public:
  struct Options {
    int64_t epochs;                    ///< number of epochs of the run
    bool has_kl;                       ///< show the KL divergence of a Gaussian latent separately, if there is space
    bool shows_terms = false;          ///< show every loss term after each epoch
    std::vector<LossTerm> terms = {};  ///< terms of the objective
  };
  /// Prints to `terminal`, which must outlive this object.
  TrainDisplay(Terminal& terminal, const Options& options) : terminal_(terminal), options_(options) {}

  /// Callbacks for TrainCallbacks.
  void on_epoch(const EpochRecord& record);
  void on_progress(const Progress& progress);

 private:
  bool shows_kl() const;
  std::string line(int64_t epoch, double train_loss, const std::string& middle, double samples_per_second,
                   double seconds_left) const;
  /// Appends the curve of the losses to the line, if the terminal has space for it.
  std::string with_curve(const std::string& line) const;

  Terminal& terminal_;
  Options options_;
  std::vector<double> curve_;  // validation or test loss of each epoch
  int64_t epochs_shown_ = 0;   // epochs since the start or the resume
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_line_ = {};
};

}  // namespace hourglass::cli
