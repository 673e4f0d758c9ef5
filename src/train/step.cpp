// One training step.

#include <algorithm>
#include <cmath>

#include "kernels/gather.h"
#include "kernels/optimizer.h"
#include "model/byte_transform.h"
#include "model/corruption.h"
#include "optim/schedule.h"
#include "train/trainer.h"

namespace hourglass {
namespace {

// How far a running statistic moves towards that of a batch in a step.
constexpr float kStatisticsRate = 0.1f;

}  // namespace

// Between the barriers all workers read what was written before the first; whoever writes next has passed the second.
// Returns whether another step may follow.
bool Trainer::run_step(int index, int64_t step, const std::atomic<bool>* stop) {
  Worker& worker = workers_[static_cast<size_t>(index)];
  const Batch batch = batch_of(step);
  const Range range = share(batch.rows, workers(), index);
  gather(worker, batch, range, step);
  const double epochs = static_cast<double>(step) / static_cast<double>(steps_per_epoch());
  const Pass pass = {.rows = range.size(),
                     .training = true,
                     .sampled = true,
                     .first_row = range.begin,
                     .batch_rows = batch.rows,
                     .seed = static_cast<uint64_t>(config_.seed),
                     .step = static_cast<uint64_t>(step),
                     .worker = index,
                     .exchange = &exchange_,
                     .kl_scale = objective_.kl_scale(epochs, batch.rows),
                     .free_nats = objective_.free_nats()};
  // A worker without rows takes part too: it leaves zeros, and others wait for its share of the batch's sums.
  worker.sums = objective_.differentiate(network_, pass, worker.workspace, worker.gradients);
  if (index == 0) {
    optimizer_->begin_step(step + 1, scheduled_learning_rate(config_, {step, steps_per_epoch(), state_.plateau.drops}));
    stop_after_step_ = stop && *stop;
  }
  barrier_.wait();

  const Objective::RowSums sums = sum_over_workers();
  const bool last = stop_after_step_;
  if (!sums.finite()) {
    if (index == 0) diverged_ = true;
    return false;
  }
  update_parameters(index);
  barrier_.wait();

  if (index == 0) {
    WeightSums weights;
    for (const Worker& each : workers_) {
      weights.l1 += each.weight_sums.l1;
      weights.l2 += each.weight_sums.l2;
    }
    const Loss loss = objective_.loss(sums, batch.rows, unit_sums(worker), weights, epochs);
    for (size_t i = 0; i < loss.terms.size(); ++i)
      state_.epoch_sums.terms[i] += static_cast<double>(batch.rows) * loss.terms[i];
    state_.epoch_rows += batch.rows;
    state_.step = step + 1;
  }
  return !last;
}

void Trainer::gather(Worker& worker, const Batch& batch, const Range& range, int64_t step) {
  const Arena& arena = worker.workspace.arena;
  float* target = arena.at(worker.workspace.target);
  gather_bytes(byte_transform(model_.config().data), range.size(), network_.sample_dim(), data_.train.values().data(),
               batch.indices + range.begin, batch.upcoming ? batch.upcoming + range.begin : nullptr, target);
  if (corrupts(model_.config().corruption))
    corrupt(model_.config().corruption, static_cast<uint64_t>(config_.seed), static_cast<uint64_t>(step), range.begin,
            range.size(), network_.sample_dim(), target, arena.at(worker.workspace.input));
}

// This worker's share of the parameters, a block at a time: the gradients of all workers summed, the weight penalties
// added, the optimizer's rule applied. The penalties are measured on the weights the gradients were taken at. Where the
// norm is to be clipped, the sums of all workers stay in the first one's gradients until the norm is known.
void Trainer::update_parameters(int index) {
  Worker& worker = workers_[static_cast<size_t>(index)];
  const bool clips_norm = config_.clip_norm > 0;
  const Range range = share(network_.num_trained(), workers(), index, kGrain);
  float* whole = workers_[0].gradients;
  double squares = 0;
  worker.weight_sums = {};
  for (long begin = range.begin; begin < range.end; begin += kUpdateBlock) {
    const long count = std::min(kUpdateBlock, range.end - begin);
    float* sum = clips_norm ? whole + begin : worker.summed;
    sum_block(worker, begin, count, sum);
    if (clips_norm)
      squares += sum_of_squares(count, sum);
    else
      update_block(worker, begin, count, sum);
  }
  if (clips_norm) {
    exchange_.sum(index, {&squares, 1});
    const double norm = std::sqrt(squares);
    for (long begin = range.begin; begin < range.end; begin += kUpdateBlock) {
      const long count = std::min(kUpdateBlock, range.end - begin);
      if (norm > config_.clip_norm) scale_values(count, static_cast<float>(config_.clip_norm / norm), whole + begin);
      update_block(worker, begin, count, whole + begin);
    }
  }
  // Running statistics move towards those of this batch, which every worker has left in its gradients.
  if (index == 0)
    for (int64_t i = network_.num_trained(); i < network_.flat_size(); ++i)
      network_.flat()[i] += kStatisticsRate * (worker.gradients[i] - network_.flat()[i]);
}

void Trainer::sum_block(Worker& worker, long begin, long count, float* sum) {
  for (size_t i = 0; i < workers_.size(); ++i) worker.parts[i] = workers_[i].gradients + begin;
  sum_gradients(worker.parts, count, sum);
  const long penalized = std::clamp<long>(network_.num_penalized() - begin, 0, count);
  if (objective_.penalizes_weights() && penalized > 0) {
    const WeightSums sums =
        weight_penalty(penalized, network_.flat() + begin, static_cast<float>(objective_.weight_l1()),
                       static_cast<float>(objective_.weight_l2()), sum);
    worker.weight_sums.l1 += sums.l1;
    worker.weight_sums.l2 += sums.l2;
  }
  if (config_.clip_value > 0) clip_values(count, static_cast<float>(config_.clip_value), sum);
}

void Trainer::update_block(Worker& worker, long begin, long count, const float* sum) {
  for (size_t i = 0; i < moments_.size(); ++i) worker.moments[i] = moments_[i] + begin;
  optimizer_->update(count, sum, std::span<float*>(worker.moments).first(moments_.size()), network_.flat() + begin);
}

Objective::RowSums Trainer::sum_over_workers() const {
  Objective::RowSums sums;
  for (const Worker& worker : workers_) sums += worker.sums;
  return sums;
}

std::span<const double> Trainer::unit_sums(const Worker& worker) const {
  return {worker.workspace.unit_sums.get(), static_cast<size_t>(network_.latent_dim())};
}

}  // namespace hourglass
