// An epoch of a solver: some iterations of L-BFGS on the whole training part.

#include <algorithm>
#include <chrono>
#include <cmath>

#include "optim/lbfgs.h"
#include "train/trainer.h"

namespace hourglass {

// What the solver remembers does not outlive the epoch, so that a checkpoint between two epochs holds all there is. An
// epoch that is stopped is taken back to its start: a resumed run does it again, to the same bits.
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
    report_progress(epoch, iterations, config_.lbfgs_iterations,
                    state_.epoch_seconds / static_cast<double>(iterations) * static_cast<double>(left), callbacks);
    return !(callbacks.stop && *callbacks.stop);
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
    // Along the gradient itself nothing lower was found: this is the minimum, as far as float32 can tell.
    state_.ended = true;
  }
  ++state_.step;
  return true;
}

}  // namespace hourglass
