// One training step.

#include <algorithm>
#include <cmath>

#include "data/batch.h"
#include "kernels/matmul.h"
#include "kernels/optimizer.h"
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
                     .defer_products = true,
                     .worker = index,
                     .exchange = &exchange_,
                     .kl_scale = objective_.kl_scale(epochs, batch.rows),
                     .free_nats = objective_.free_nats()};
  // A worker without rows takes part too: it leaves zeros, and others wait for its share of the batch's sums.
  worker.rows = range.size();
  worker.sums = objective_.differentiate(network_, pass, worker.workspace, worker.gradients);
  if (index == 0) {
    optimizer_->begin_step(step + 1, scheduled_learning_rate(config_, {step, steps_per_epoch(), state_.plateau.drops}));
    stop_after_step_ = stop && *stop;
    next_block_ = 0;
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
    for (const Block& block : blocks_) {
      weights.l1 += block.weight_sums.l1;
      weights.l2 += block.weight_sums.l2;
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
  gather_samples(data_.train, range.size(), batch.indices + range.begin,
                 batch.upcoming ? batch.upcoming + range.begin : nullptr, target);
  if (corrupts(model_.config().corruption))
    corrupt(model_.config().corruption, static_cast<uint64_t>(config_.seed), static_cast<uint64_t>(step), range.begin,
            range.size(), network_.sample_dim(), target, arena.at(worker.workspace.input));
}

// Blocks of parameters are handed out by a counter, so that a worker that is late does less: its gradient, the weight
// penalties, the optimizer's rule. A block is computed whole by one worker and in the same way by each, and its sums
// have a place of their own, so who computes it does not show in any bit. Where the norm is to be clipped, gradients
// stay in the first worker's buffer until the norm is known.
void Trainer::update_parameters(int index) {
  Worker& worker = workers_[static_cast<size_t>(index)];
  const bool clips_norm = config_.clip_norm > 0;
  float* whole = workers_[0].gradients;
  for (size_t i = next_block_++; i < blocks_.size(); i = next_block_++) {
    Block& block = blocks_[i];
    float* gradient = clips_norm ? whole + block.begin : worker.block;
    take_gradient(worker, block, gradient);
    penalize_and_clip(block, gradient);
    if (clips_norm)
      block.squares = sum_of_squares(block.count, gradient);
    else
      update_block(worker, block, gradient);
  }
  if (clips_norm) {
    barrier_.wait();
    double squares = 0;
    for (const Block& block : blocks_) squares += block.squares;
    const double norm = std::sqrt(squares);
    for (size_t i = static_cast<size_t>(index); i < blocks_.size(); i += workers_.size()) {
      float* gradient = whole + blocks_[i].begin;
      if (norm > config_.clip_norm)
        scale_values(blocks_[i].count, static_cast<float>(config_.clip_norm / norm), gradient);
      update_block(worker, blocks_[i], gradient);
    }
  }
  // Running statistics move towards those of this batch, which every worker has left in its gradients.
  if (index == 0)
    for (int64_t i = network_.num_trained(); i < network_.flat_size(); ++i)
      network_.flat()[i] += kStatisticsRate * (worker.gradients[i] - network_.flat()[i]);
}

// The weights of linear layers are the greater part: rows of x^T diff over the whole batch are multiplied where they
// are used, so that no gradient of theirs goes through memory. The others are summed from what each worker left of its
// rows.
void Trainer::take_gradient(Worker& worker, const Block& block, float* gradient) {
  if (block.product < 0) {
    for (size_t i = 0; i < workers_.size(); ++i) worker.parts[i] = workers_[i].gradients + block.begin;
    return sum_gradients(worker.parts, block.count, gradient);
  }
  for (const Worker& each : workers_) {
    const Sequential::Product& product = each.products[static_cast<size_t>(block.product)];
    matmul_tn(block.count / product.out, product.out, each.rows, product.x + block.row, product.in, product.diff,
              gradient, &each != workers_.data());
  }
}

// The penalties are measured on the weights the gradients were taken at.
void Trainer::penalize_and_clip(Block& block, float* gradient) {
  const long penalized = std::clamp<long>(network_.num_penalized() - block.begin, 0, block.count);
  if (objective_.penalizes_weights() && penalized > 0)
    block.weight_sums =
        weight_penalty(penalized, network_.flat() + block.begin, static_cast<float>(objective_.weight_l1()),
                       static_cast<float>(objective_.weight_l2()), gradient);
  if (config_.clip_value > 0) clip_values(block.count, static_cast<float>(config_.clip_value), gradient);
}

void Trainer::update_block(Worker& worker, const Block& block, const float* gradient) {
  for (size_t i = 0; i < moments_.size(); ++i) worker.moments[i] = moments_[i] + block.begin;
  optimizer_->update(block.count, gradient, std::span<float*>(worker.moments).first(moments_.size()),
                     network_.flat() + block.begin);
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
