// An epoch of L-BFGS: some iterations on the whole training set.

#include <algorithm>
#include <chrono>
#include <cmath>

#include "optim/lbfgs.h"
#include "train/trainer.h"

namespace hourglass {

// The memory of L-BFGS is cleared after each epoch, so checkpoints between epochs do not need it. If an epoch is
// stopped, the weights are reset to its start, and a resumed run repeats the epoch with the same bits.
bool Trainer::solve_epoch(int64_t epoch, const TrainCallbacks& callbacks) {
  const std::span<float> params(network_.flat(), static_cast<size_t>(network_.num_trained()));
  std::ranges::copy(params, start_);
  const auto start = std::chrono::steady_clock::now();
  int64_t iterations = 0, evaluations = 0;
  Loss loss, first_loss;
  const auto record = [&](const Loss& reached) {
    state_.epoch_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    state_.epoch_rows = evaluations * data_.train.size();
    for (size_t i = 0; i < loss.terms.size(); ++i)
      state_.epoch_sums.terms[i] = reached.terms[i] * static_cast<double>(state_.epoch_rows);
  };

  const auto evaluate = [&]() -> ObjectiveAt {
    loss = evaluate_step(state_.step);
    if (evaluations++ == 0) first_loss = loss;
    return {loss.total(), workers_[0].gradients};
  };
  const auto after_iteration = [&] {
    record(loss);
    const int64_t left = config_.lbfgs_iterations * (config_.epochs - epoch) - ++iterations;
    const bool goes_on =
        report_progress(epoch, iterations, config_.lbfgs_iterations,
                        state_.epoch_seconds / static_cast<double>(iterations) * static_cast<double>(left), callbacks);
    return goes_on && !(callbacks.stop && *callbacks.stop);
  };
  const LbfgsResult result =
      minimize_lbfgs({config_.lbfgs_iterations, config_.lbfgs_memory}, params, evaluate, after_iteration);

  if (result.end == LbfgsEnd::kStopped) {
    std::copy_n(start_, params.size(), params.begin());
    state_.epoch_sums = {};
    state_.epoch_rows = 0;
    state_.epoch_seconds = 0;
    return false;
  }
  if (result.iterations == 0) {
    if (!std::isfinite(first_loss.total())) report_divergence(divergent_term(), state_.step + 1);
    record(first_loss);
    // No lower loss was found along the gradient: this is the minimum in float32 precision.
    state_.ended = true;
  }
  ++state_.step;
  return true;
}

}  // namespace hourglass
