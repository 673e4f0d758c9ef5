// One training step.

#include <algorithm>
#include <cmath>

#include "data/batch.h"
#include "kernels/matmul.h"
#include "kernels/optimizer.h"
#include "optim/schedule.h"
#include "train/trainer.h"

namespace hourglass {
namespace {

// Update rate of the running statistics.
constexpr float kStatisticsRate = 0.1f;

}  // namespace

// Between the two barriers, all workers read data that was written before the first barrier. It is only written again
// after the second barrier. Returns whether another step can follow.
bool Trainer::run_step(int index, int64_t step, const std::atomic<bool>* stop) {
  // A worker without rows also takes part: it contributes zeros, and the others wait for its sums.
  differentiate(index, step);
  if (index == 0) {
    optimizer_->begin_step(step + 1, scheduled_learning_rate(config_, {step, steps_per_epoch(), state_.plateau.drops}));
    stop_after_step_ = stop && *stop;
    queue_.fill(static_cast<int64_t>(blocks_.size()));
  }
  barrier_.wait();

  const bool last = stop_after_step_;
  const Objective::RowSums sums = sum_over_workers();
  if (!sums.finite()) {
    if (index == 0) diverged_ = true;
    return false;
  }
  take_gradients(index);
  if (keeps_gradient()) {
    barrier_.wait();
    clip_and_update(index);
  }
  if (index == 0) update_statistics(step);
  barrier_.wait();

  if (index == 0) {
    const Loss loss = loss_of_step(step, sums);
    const int64_t rows = rows_of(step);
    for (size_t i = 0; i < loss.terms.size(); ++i)
      state_.epoch_sums.terms[i] += static_cast<double>(rows) * loss.terms[i];
    state_.epoch_rows += rows;
    state_.step = step + 1;
  }
  return !last;
}

// Computes the objective at the current weights. Its gradient is in the buffer of the first worker.
Loss Trainer::evaluate_step(int64_t step) {
  run_team(workers(), [&](int index) {
    differentiate(index, step);
    if (index == 0) queue_.fill(static_cast<int64_t>(blocks_.size()));
    barrier_.wait();
    take_gradients(index);
  });
  return loss_of_step(step, sum_over_workers());
}

// Computes the gradients and sums of a worker's share of the rows of a step.
void Trainer::differentiate(int index, int64_t step) {
  Worker& worker = workers_[static_cast<size_t>(index)];
  const int64_t rows = rows_of(step);
  if (accumulates() && objective_.penalizes_activity()) {
    // The gradient of every slice depends on the mean activations over all of them.
    const std::span<double> units(worker.workspace.unit_sums.get(), static_cast<size_t>(network_.latent_dim()));
    std::ranges::fill(units, 0.0);
    for (int64_t first = 0; first < rows; first += slice_rows_)
      objective_.add_activity(network_, take_slice(index, slice_of(step, first), step), worker.workspace);
    exchange_.sum(index, units);
  }
  worker.sums = {};
  for (int64_t first = 0; first < rows; first += slice_rows_) {
    const Pass pass = take_slice(index, slice_of(step, first), step);
    worker.rows = pass.rows;
    float* gradients = first == 0 ? worker.gradients : worker.slice_gradients;
    worker.sums += objective_.differentiate(network_, pass, worker.workspace, gradients);
    const float* const parts[] = {worker.gradients, worker.slice_gradients};
    if (first > 0) sum_gradients(parts, network_.flat_size(), worker.gradients);
  }
}

// Gathers the rows of this worker in a slice.
Pass Trainer::take_slice(int index, const Slice& slice, int64_t step) {
  const Range range = share(slice.rows, workers(), index);
  // Other workers can still use released pages; they are then read again.
  if (index == 0) order_.release_before(slice.indices - order_.rows());
  gather(workers_[static_cast<size_t>(index)], slice, range, step);
  return {.rows = range.size(),
          .training = true,
          .sampled = true,
          .first_row = slice.first + range.begin,
          .batch_rows = slice.rows,
          .step_rows = accumulates() ? rows_of(step) : 0,
          .seed = static_cast<uint64_t>(config_.seed),
          .step = static_cast<uint64_t>(step),
          .defer_products = !accumulates(),
          .worker = index,
          .exchange = &exchange_,
          .kl_scale = objective_.kl_scale(epochs_at(step), rows_of(step)),
          .free_nats = objective_.free_nats()};
}

void Trainer::gather(Worker& worker, const Slice& slice, const Range& range, int64_t step) {
  const Arena& arena = worker.workspace.arena;
  float* target = arena.at(worker.workspace.target);
  gather_samples(data_.train, range.size(), slice.indices + range.begin,
                 slice.upcoming ? slice.upcoming + range.begin : nullptr,
                 {static_cast<uint64_t>(config_.seed), static_cast<uint64_t>(step), slice.first + range.begin}, target);
  if (corrupts(model_.config().corruption))
    corruption_.apply(static_cast<uint64_t>(config_.seed), static_cast<uint64_t>(step), slice.first + range.begin,
                      range.size(), target, arena.at(worker.workspace.input));
}

// Workers take blocks of parameters one by one, so that a late worker computes fewer. For each block a worker computes
// the gradient, the weight penalties and the update. Each block is computed by one worker and has its own sums, so the
// result does not depend on the worker. If the whole gradient is needed before the update, it is stored in the buffer
// of the first worker.
void Trainer::take_gradients(int index) {
  Worker& worker = workers_[static_cast<size_t>(index)];
  float* whole = workers_[0].gradients;
  for (int64_t taken = queue_.take(index); taken >= 0; taken = queue_.take(index)) {
    Block& block = blocks_[static_cast<size_t>(taken)];
    float* gradient = keeps_gradient() ? whole + block.begin : worker.block;
    const long stride = keeps_gradient() ? block.stride : block.columns;
    take_gradient(worker, block, gradient, stride);
    penalize_and_clip(block, gradient, stride);
    if (keeps_gradient()) {
      block.squares = 0;
      for (long i = 0; i < block.runs(); ++i) block.squares += sum_of_squares(block.run(), gradient + i * stride);
    } else {
      update_block(worker, block, gradient, stride);
    }
  }
}

void Trainer::clip_and_update(int index) {
  double squares = 0;
  for (const Block& block : blocks_) squares += block.squares;
  const double norm = std::sqrt(squares);
  for (size_t i = static_cast<size_t>(index); i < blocks_.size(); i += workers_.size()) {
    const Block& block = blocks_[i];
    float* gradient = workers_[0].gradients + block.begin;
    if (norm > config_.clip_norm)
      for (long run = 0; run < block.runs(); ++run)
        scale_values(block.run(), static_cast<float>(config_.clip_norm / norm), gradient + run * block.stride);
    update_block(workers_[static_cast<size_t>(index)], block, gradient, block.stride);
  }
}

// Updates the running statistics with those of this batch, which every worker has in its gradients. With several slices
// their mean is used.
void Trainer::update_statistics(int64_t step) {
  const int64_t num_slices = (rows_of(step) + slice_rows_ - 1) / slice_rows_;
  const float slices = static_cast<float>(num_slices);
  for (int64_t i = network_.num_trained(); i < network_.flat_size(); ++i)
    network_.flat()[i] += kStatisticsRate * (workers_[0].gradients[i] / slices - network_.flat()[i]);
}

// Most parameters are weights of linear layers. Their gradient, x^T diff over the whole batch, is computed block by
// block at the update, so that it is not written to memory. The other gradients are the sums of the gradients of all
// workers.
void Trainer::take_gradient(Worker& worker, const Block& block, float* gradient, long stride) {
  if (block.product < 0) {
    for (size_t i = 0; i < workers_.size(); ++i) worker.parts[i] = workers_[i].gradients + block.begin;
    return sum_gradients(worker.parts, block.columns, gradient);
  }
  for (size_t i = 0; i < workers_.size(); ++i) {
    const Sequential::Product& product = workers_[i].products[static_cast<size_t>(block.product)];
    worker.terms[i] = {workers_[i].rows, product.x + block.row, product.in, product.diff + block.column, product.out};
  }
  matmul_tn(block.rows, block.columns, worker.terms, gradient, stride, false);
}

// The penalties are computed at the same weights as the gradients.
void Trainer::penalize_and_clip(Block& block, float* gradient, long stride) {
  const bool penalized = objective_.penalizes_weights() && block.begin < network_.num_penalized();
  if (penalized) block.weight_sums = {};
  for (long i = 0; i < block.runs(); ++i, gradient += stride) {
    const long begin = block.begin + i * block.stride;
    if (penalized)
      block.weight_sums += weight_penalty(std::clamp<long>(network_.num_penalized() - begin, 0, block.run()),
                                          network_.flat() + begin, static_cast<float>(objective_.weight_l1()),
                                          static_cast<float>(objective_.weight_l2()), gradient);
    if (config_.clip_value > 0) clip_values(block.run(), static_cast<float>(config_.clip_value), gradient);
  }
}

// Brings a row of a block into the cache: its parameters and moments. The rows of a wide layer are too short for the
// prefetcher of the processor.
void Trainer::bring_to_cache(const Block& block, long run) const {
  constexpr long kLine = 16;  // floats
  const long begin = block.begin + run * block.stride;
  for (long j = 0; j < block.columns; j += kLine) {
    for (const float* moment : moments_) __builtin_prefetch(moment + begin + j, 1, 2);
    __builtin_prefetch(network_.flat() + begin + j, 1, 2);
  }
}

void Trainer::update_block(Worker& worker, const Block& block, const float* gradient, long stride) {
  constexpr long kRunsAhead = 2;
  for (long run = 0; run < block.runs(); ++run) {
    if (run + kRunsAhead < block.runs()) bring_to_cache(block, run + kRunsAhead);
    const long begin = block.begin + run * block.stride;
    for (size_t i = 0; i < moments_.size(); ++i) worker.moments[i] = moments_[i] + begin;
    optimizer_->update(block.run(), gradient + run * stride, std::span<float*>(worker.moments).first(moments_.size()),
                       network_.flat() + begin);
  }
}

Objective::RowSums Trainer::sum_over_workers() const {
  Objective::RowSums sums;
  for (const Worker& worker : workers_) sums += worker.sums;
  return sums;
}

Loss Trainer::loss_of_step(int64_t step, const Objective::RowSums& sums) const {
  WeightSums weights;
  for (const Block& block : blocks_) weights += block.weight_sums;
  return objective_.loss(sums, rows_of(step), unit_sums(workers_[0]), weights, epochs_at(step));
}

std::span<const double> Trainer::unit_sums(const Worker& worker) const {
  return {worker.workspace.unit_sums.get(), static_cast<size_t>(network_.latent_dim())};
}

}  // namespace hourglass
