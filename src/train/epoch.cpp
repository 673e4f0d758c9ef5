// What an epoch gave, and whether training goes on.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hourglass/error.h"
#include "model/corruption.h"
#include "train/trainer.h"

namespace hourglass {
namespace {

// No step of training, so that the noise of the test part is its own.
constexpr uint64_t kTestStep = (uint64_t{1} << 44) - 1;

}  // namespace

void Plateau::observe(double train_loss, int64_t patience) {
  ++epochs;
  if (train_loss < best) {
    best = train_loss;
    epochs = 0;
  } else if (epochs >= patience) {
    ++drops;
    epochs = 0;
  }
}

// The test part is corrupted and its latents are drawn as in training, so that the terms mean the same, but with the
// same noise after every epoch.
Loss Trainer::test_loss() {
  const int64_t rows = data_.test.size();
  if (rows == 0) {
    Loss loss;
    loss.terms.fill(std::numeric_limits<double>::quiet_NaN());
    return loss;
  }
  run_team(workers(), [&](int index) {
    Worker& worker = workers_[static_cast<size_t>(index)];
    const Workspace& workspace = worker.workspace;
    worker.sums = {};
    std::fill_n(workspace.unit_sums.get(), network_.latent_dim(), 0.0);
    const Range range = share(rows, workers(), index);
    for (long begin = range.begin; begin < range.end; begin += workspace.rows) {
      const int64_t count = std::min<int64_t>(workspace.rows, range.end - begin);
      float* target = workspace.arena.at(workspace.target);
      data_.test.read(begin, begin + count, target);
      data_.test.release(begin, begin + count);
      if (corrupts(model_.config().corruption))
        corrupt(model_.config().corruption, static_cast<uint64_t>(config_.seed), kTestStep, begin, count,
                network_.sample_dim(), target, workspace.arena.at(workspace.input));
      worker.sums += objective_.evaluate(network_,
                                         {.rows = count,
                                          .sampled = true,
                                          .first_row = begin,
                                          .batch_rows = count,
                                          .seed = static_cast<uint64_t>(config_.seed),
                                          .step = kTestStep},
                                         workspace);
    }
  });
  std::vector<double> units(static_cast<size_t>(network_.latent_dim()));
  for (const Worker& worker : workers_)
    for (size_t i = 0; i < units.size(); ++i) units[i] += unit_sums(worker)[i];
  return objective_.loss(sum_over_workers(), rows, units, objective_.weight_sums(network_), epochs_at(state_.step));
}

EpochRecord Trainer::finish_epoch(int64_t epoch) {
  EpochRecord record;
  record.epoch = epoch;
  for (size_t i = 0; i < record.train.terms.size(); ++i)
    record.train.terms[i] = state_.epoch_sums.terms[i] / static_cast<double>(state_.epoch_rows);
  record.seconds = state_.epoch_seconds;
  record.images_per_second = static_cast<double>(state_.epoch_rows) / state_.epoch_seconds;
  record.test = test_loss();
  const bool finite = std::all_of(network_.flat(), network_.flat() + network_.flat_size(),
                                  [](float value) { return std::isfinite(value); });
  if (!finite) report_divergence("gradient", state_.step);
  if (data_.test.size() > 0 && !std::isfinite(record.test.total())) report_divergence("test loss", state_.step);
  state_.plateau.observe(record.train.total(), config_.schedule_every);
  state_.epoch_sums = {};
  state_.epoch_rows = 0;
  state_.epoch_seconds = 0;
  return record;
}

std::string Trainer::divergent_term() const {
  const Objective::RowSums sums = sum_over_workers();
  return !std::isfinite(sums.reconstruction) ? "reconstruction" : !std::isfinite(sums.kl) ? "kl" : "latent_l1";
}

void Trainer::report_divergence(const std::string& term, int64_t step) const {
  std::string layer;
  for (const Worker& worker : workers_)
    if (layer.empty()) layer = network_.find_non_finite(worker.workspace.rows, worker.workspace);
  throw Error(
      ErrorKind::kDiverged,
      fmt::format("Training diverged at step {} (epoch {}): the {} is no longer finite. {}Lower "
                  "train.learning_rate (it is {}).",
                  step, (step - 1) / steps_per_epoch() + 1, term,
                  layer.empty() ? "" : "The first layer that is not finite is " + layer + ". ", config_.learning_rate));
}

}  // namespace hourglass
