// One training step.

#include <algorithm>
#include <cmath>

#include "kernels/gather.h"
#include "kernels/matmul.h"
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

// This worker's share of the parameters, a block at a time: its gradient, the weight penalties, the optimizer's rule.
// Where the norm is to be clipped, gradients stay in the first worker's buffer until the norm is known.
void Trainer::update_parameters(int index) {
  Worker& worker = workers_[static_cast<size_t>(index)];
  const bool clips_norm = config_.clip_norm > 0;
  float* whole = workers_[0].gradients;
  double squares = 0;
  worker.weight_sums = {};
  for_each_block(index, [&](long begin, long count, const auto& take_gradient) {
    float* gradient = clips_norm ? whole + begin : worker.block;
    take_gradient(gradient);
    penalize_and_clip(worker, begin, count, gradient);
    if (clips_norm)
      squares += sum_of_squares(count, gradient);
    else
      update_block(worker, begin, count, gradient);
  });
  if (clips_norm) {
    exchange_.sum(index, {&squares, 1});
    const double norm = std::sqrt(squares);
    for_each_block(index, [&](long begin, long count, const auto&) {
      if (norm > config_.clip_norm) scale_values(count, static_cast<float>(config_.clip_norm / norm), whole + begin);
      update_block(worker, begin, count, whole + begin);
    });
  }
  // Running statistics move towards those of this batch, which every worker has left in its gradients.
  if (index == 0)
    for (int64_t i = network_.num_trained(); i < network_.flat_size(); ++i)
      network_.flat()[i] += kStatisticsRate * (worker.gradients[i] - network_.flat()[i]);
}

// Calls visit(begin, count, take_gradient) for every block of a worker's share of the parameters, where
// take_gradient(to) computes the gradient of the block. The weights of linear layers are the greater part: rows of
// x^T diff over the whole batch are multiplied where they are used, so that no gradient of theirs goes through memory.
// The others are summed from what each worker left of its rows.
template <typename Visit>
void Trainer::for_each_block(int index, const Visit& visit) {
  Worker& worker = workers_[static_cast<size_t>(index)];
  for (size_t i = 0; i < worker.products.size(); ++i) {
    const Sequential::Product& product = worker.products[i];
    const Range rows = share(product.in, workers(), index);
    const long block_rows = std::max(1L, kGradientBlock / product.out);
    for (long row = rows.begin; row < rows.end; row += block_rows) {
      const long count = std::min(block_rows, rows.end - row);
      visit(product.parameter->offset + row * product.out, count * product.out, [&](float* to) {
        for (const Worker& each : workers_)
          matmul_tn(count, product.out, each.rows, each.products[i].x + row, product.in, each.products[i].diff, to,
                    &each != workers_.data());
      });
    }
  }
  for (const Range& range : summed_) {
    const Range own = share(range.size(), workers(), index, kGrain);
    for (long begin = range.begin + own.begin; begin < range.begin + own.end; begin += kGradientBlock) {
      const long count = std::min(kGradientBlock, range.begin + own.end - begin);
      visit(begin, count, [&](float* to) {
        for (size_t i = 0; i < workers_.size(); ++i) worker.parts[i] = workers_[i].gradients + begin;
        sum_gradients(worker.parts, count, to);
      });
    }
  }
}

// The penalties are measured on the weights the gradients were taken at.
void Trainer::penalize_and_clip(Worker& worker, long begin, long count, float* gradient) {
  const long penalized = std::clamp<long>(network_.num_penalized() - begin, 0, count);
  if (objective_.penalizes_weights() && penalized > 0) {
    const WeightSums sums =
        weight_penalty(penalized, network_.flat() + begin, static_cast<float>(objective_.weight_l1()),
                       static_cast<float>(objective_.weight_l2()), gradient);
    worker.weight_sums.l1 += sums.l1;
    worker.weight_sums.l2 += sums.l2;
  }
  if (config_.clip_value > 0) clip_values(count, static_cast<float>(config_.clip_value), gradient);
}

void Trainer::update_block(Worker& worker, long begin, long count, const float* gradient) {
  for (size_t i = 0; i < moments_.size(); ++i) worker.moments[i] = moments_[i] + begin;
  optimizer_->update(count, gradient, std::span<float*>(worker.moments).first(moments_.size()),
                     network_.flat() + begin);
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
