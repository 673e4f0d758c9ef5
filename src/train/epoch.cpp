// The end of an epoch: its losses, early stopping, divergence.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hourglass/error.h"
#include "optim/schedule.h"
#include "train/trainer.h"

namespace hourglass {
namespace {

// Step numbers that training never reaches, so that these sets have their own noise.
constexpr uint64_t kTestStep = (uint64_t{1} << 44) - 1, kValidationStep = kTestStep - 1;

}  // namespace

void Plateau::observe(double loss, int64_t patience) {
  ++epochs;
  if (loss < best) {
    best = loss;
    epochs = 0;
  } else if (epochs >= patience) {
    ++drops;
    epochs = 0;
  }
}

// The set is corrupted and its latents are sampled as in training, so that the terms are comparable, but with the same
// noise after every epoch.
Loss Trainer::part_loss(const Dataset& part, uint64_t noise_step) {
  const int64_t rows = part.size();
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
      part.read(begin, begin + count, target);
      part.release(begin, begin + count);
      if (corrupts(model_.config().corruption))
        corruption_.apply(static_cast<uint64_t>(config_.seed), noise_step, begin, count, target,
                          workspace.arena.at(workspace.input));
      worker.sums += objective_.evaluate(network_,
                                         {.rows = count,
                                          .sampled = true,
                                          .first_row = begin,
                                          .batch_rows = count,
                                          .seed = static_cast<uint64_t>(config_.seed),
                                          .step = noise_step},
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
  record.samples_per_second = static_cast<double>(state_.epoch_rows) / state_.epoch_seconds;
  if (!solves())
    record.learning_rate = scheduled_learning_rate(config_, {state_.step - 1, steps_per_epoch(), state_.plateau.drops});
  record.validation = part_loss(data_.validation, kValidationStep);
  record.test = part_loss(data_.test, kTestStep);
  const bool finite = std::all_of(network_.flat(), network_.flat() + network_.flat_size(),
                                  [](float value) { return std::isfinite(value); });
  if (!finite) report_divergence("gradient", state_.step);
  const bool validates = data_.validation.size() > 0;
  if (validates && !std::isfinite(record.validation.total())) report_divergence("validation loss", state_.step);
  if (data_.test.size() > 0 && !std::isfinite(record.test.total())) report_divergence("test loss", state_.step);
  if (validates && epoch > warmup_end()) state_.plateau.observe(record.validation.total(), config_.schedule_every);
  if (config_.patience > 0) look_for_better(record);
  state_.epoch_sums = {};
  state_.epoch_rows = 0;
  state_.epoch_seconds = 0;
  return record;
}

std::string Trainer::divergent_term() const {
  const Objective::RowSums sums = sum_over_workers();
  return !std::isfinite(sums.reconstruction) ? "reconstruction" : !std::isfinite(sums.kl) ? "kl" : "latent_l1";
}

// Losses are not comparable while the weight of the KL divergence grows, so those epochs are ignored.
int64_t Trainer::warmup_end() const { return network_.is_gaussian() ? objective_.kl_warmup_end() : 0; }

// Early stopping (Prechelt 1998) on the validation set.
void Trainer::look_for_better(const EpochRecord& record) {
  const int64_t warmup = warmup_end();
  if (record.epoch > warmup && record.validation.total() < state_.best.loss - config_.min_delta) {
    state_.best = {record.epoch, record.validation.total()};
    std::copy_n(network_.flat(), network_.flat_size(), best_);
  }
  if (record.epoch - std::max(state_.best.epoch, warmup) >= config_.patience) state_.ended = true;
  if (finished() && state_.best.epoch > 0) std::copy_n(best_, network_.flat_size(), network_.flat());
}

void Trainer::report_divergence(const std::string& term, int64_t step) {
  diverged_ = true;
  std::string layer;
  for (const Worker& worker : workers_)
    if (layer.empty()) layer = network_.find_non_finite(worker.workspace.rows, worker.workspace);
  throw Error(
      ErrorKind::kDiverged,
      fmt::format("Training diverged at step {} (epoch {}): the {} is no longer finite. {}Decrease "
                  "train.learning_rate (now {}).",
                  step, (step - 1) / steps_per_epoch() + 1, term,
                  layer.empty() ? "" : "The first layer that is not finite is " + layer + ". ", config_.learning_rate));
}

}  // namespace hourglass
