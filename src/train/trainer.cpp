#include "train/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/random.h"
#include "hourglass/error.h"
#include "kernels/gather.h"
#include "model/byte_transform.h"

namespace hourglass {
namespace {

using Clock = std::chrono::steady_clock;

// Parameters updated at a time: their summed gradient stays in the first-level cache.
constexpr long kUpdateBlock = 2048;
// Rows a worker takes at a time when it measures the test part, unless its slice of a batch is larger.
constexpr int64_t kTestRows = 64;
constexpr double kSecondsBetweenCalls = 0.1;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

int64_t slice_rows(int64_t batch_size, int workers) { return (batch_size + workers - 1) / workers; }

void check_data(const Autoencoder& model, const DataParts& data) {
  const auto check_part = [&](const Dataset& part, const char* which) {
    if (part.size() > 0 && part.sample_dim() != model.sample_dim())
      throw Error(ErrorKind::kUsage,
                  fmt::format("The {} part of '{}' has samples of {} values ({}); the model takes {} ({}).", which,
                              part.name(), part.sample_dim(), to_string(part.sample_shape()), model.sample_dim(),
                              to_string(model.sample_shape())));
  };
  check_part(data.train, "training");
  check_part(data.test, "test");
  if (data.train.size() < model.config().train.batch_size)
    throw Error(ErrorKind::kUsage,
                fmt::format("train.batch_size is {}, but '{}' has only {} training samples. Set train.batch_size to at "
                            "most {}.",
                            model.config().train.batch_size, data.train.name(), data.train.size(), data.train.size()));
  if (data.train.size() > std::numeric_limits<uint32_t>::max())
    throw Error(ErrorKind::kUsage, fmt::format("'{}' has {} samples; at most {} can be shuffled.", data.train.name(),
                                               data.train.size(), std::numeric_limits<uint32_t>::max()));
}

}  // namespace

int training_workers(const Config& config, const Context& context) {
  if (context.threads > 0 || config.train.threads == 0) return num_threads(context);
  return static_cast<int>(config.train.threads);
}

Trainer::Trainer(Autoencoder& model, const DataParts& data, int workers)
    : model_(model),
      network_(model.network()),
      data_(data),
      config_(model.config().train),
      objective_(model.config().objective, network_),
      optimizer_(make_optimizer(config_)),
      barrier_(static_cast<int>(std::min<int64_t>(workers, config_.batch_size))) {
  check_data(model, data);
  const int used = static_cast<int>(std::min<int64_t>(workers, config_.batch_size));
  const int64_t rows = std::max(kTestRows, slice_rows(config_.batch_size, used));

  std::vector<size_t> gradients, summed, moments;
  for (int i = 0; i < used; ++i) {
    gradients.push_back(buffers_.reserve(network_.flat_size()));
    summed.push_back(buffers_.reserve(kUpdateBlock));
  }
  for (int i = 0; i < optimizer_->num_moments(); ++i) moments.push_back(buffers_.reserve(network_.flat_size()));
  buffers_.commit();
  for (size_t handle : moments) moments_.push_back(buffers_.at(handle));
  for (size_t i = 0; i < gradients.size(); ++i)
    workers_.push_back({network_.make_workspace(rows, true),
                        buffers_.at(gradients[i]),
                        buffers_.at(summed[i]),
                        {},
                        {},
                        std::vector<const float*>(gradients.size()),
                        std::vector<float*>(moments_.size())});
  order_.resize(static_cast<size_t>(data.train.size()));
}

int64_t Trainer::steps_per_epoch() const { return (data_.train.size() + config_.batch_size - 1) / config_.batch_size; }

// The samples in the order of this epoch (Fisher and Yates; Durstenfeld 1964), whatever came before it.
void Trainer::begin_epoch(int64_t epoch) {
  std::iota(order_.begin(), order_.end(), 0u);
  RandomStream random(static_cast<uint64_t>(config_.seed), RandomPurpose::kShuffle, static_cast<uint64_t>(epoch));
  for (size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[random.below(i)]);
}

Trainer::Batch Trainer::batch_of(int64_t step) const {
  const int64_t begin = step % steps_per_epoch() * config_.batch_size;
  const int64_t rows = std::min(config_.batch_size, data_.train.size() - begin);
  const int64_t next = begin + rows;
  const bool next_as_large = next + rows <= data_.train.size();
  return {order_.data() + begin, rows, next_as_large ? order_.data() + next : nullptr};
}

TrainResult Trainer::run(const TrainCallbacks& callbacks, const Hook& after_epoch, const Hook& when_stopped) {
  const int64_t steps = steps_per_epoch();
  const int64_t last_step = config_.epochs * steps;
  double seconds_a_step = 0;
  bool stopped = false;
  while (state_.step < last_step && !stopped) {
    const int64_t epoch = state_.step / steps;
    const auto epoch_start = Clock::now();
    begin_epoch(epoch);
    state_.epoch_seconds += seconds_since(epoch_start);
    while (state_.step < (epoch + 1) * steps && !stopped) {
      const auto start = Clock::now();
      const int64_t first = state_.step;
      const int64_t chunk = seconds_a_step > 0 ? static_cast<int64_t>(kSecondsBetweenCalls / seconds_a_step) : 1;
      run_steps(first, std::min((epoch + 1) * steps, first + std::clamp<int64_t>(chunk, 1, 1000)), callbacks.stop);
      const double seconds = seconds_since(start);
      state_.epoch_seconds += seconds;
      seconds_a_step = seconds / static_cast<double>(state_.step - first);
      stopped = stop_after_step_ && state_.step < last_step;
      if (callbacks.on_progress) {
        const double mean_step =
            state_.epoch_seconds * static_cast<double>(config_.batch_size) / static_cast<double>(state_.epoch_rows);
        callbacks.on_progress({epoch + 1, config_.epochs, state_.step - epoch * steps, steps,
                               state_.epoch_sums.total() / static_cast<double>(state_.epoch_rows),
                               static_cast<double>(state_.epoch_rows) / state_.epoch_seconds,
                               mean_step * static_cast<double>(last_step - state_.step)});
      }
    }
    if (state_.step == (epoch + 1) * steps) {
      state_.history.push_back(finish_epoch(epoch + 1));
      if (callbacks.on_epoch) callbacks.on_epoch(state_.history.back());
      if (after_epoch) after_epoch();
      stopped = stopped || (callbacks.stop && *callbacks.stop && state_.step < last_step);
    }
  }
  if (stopped && when_stopped) when_stopped();
  return {state_.history, !stopped, state_.step};
}

void Trainer::run_steps(int64_t first, int64_t last, const std::atomic<bool>* stop) {
  run_team(workers(), [&](int worker) {
    for (int64_t step = first; step < last; ++step)
      if (!run_step(worker, step, stop)) break;
  });
  if (diverged_) {
    const Objective::RowSums sums = sum_over_workers();
    report_divergence(std::isfinite(sums.reconstruction) ? "latent_l1" : "reconstruction", state_.step + 1);
  }
}

// Between the barriers all workers read what was written before the first; whoever writes next has passed the second.
// Returns whether another step may follow.
bool Trainer::run_step(int index, int64_t step, const std::atomic<bool>* stop) {
  Worker& worker = workers_[static_cast<size_t>(index)];
  const Batch batch = batch_of(step);
  const Range range = share(batch.rows, workers(), index);
  worker.sums = {};
  if (range.size() > 0) {
    gather_bytes(byte_transform(model_.config().data), range.size(), network_.sample_dim(), data_.train.values().data(),
                 batch.indices + range.begin, batch.upcoming ? batch.upcoming + range.begin : nullptr,
                 worker.workspace.arena.at(worker.workspace.input));
    worker.sums = objective_.differentiate(network_, range.size(), batch.rows, worker.workspace, worker.gradients);
  }
  if (index == 0) {
    optimizer_->begin_step(step + 1);
    stop_after_step_ = stop && *stop;
  }
  barrier_.wait();

  const Objective::RowSums sums = sum_over_workers();
  const bool last = stop_after_step_;
  if (!std::isfinite(sums.reconstruction + sums.latent_l1)) {
    if (index == 0) diverged_ = true;
    return false;
  }
  update_parameters(index, batch.rows);
  barrier_.wait();

  if (index == 0) {
    WeightSums weights;
    for (const Worker& each : workers_) {
      weights.l1 += each.weight_sums.l1;
      weights.l2 += each.weight_sums.l2;
    }
    const double rows = static_cast<double>(batch.rows);
    Loss& epoch = state_.epoch_sums;
    epoch[LossTerm::kReconstruction] += rows * objective_.reconstruction_factor(batch.rows) * sums.reconstruction;
    epoch[LossTerm::kLatentL1] += rows * objective_.latent_l1_factor(batch.rows) * sums.latent_l1;
    epoch[LossTerm::kWeightL1] += rows * objective_.weight_l1() * weights.l1;
    epoch[LossTerm::kWeightL2] += rows * objective_.weight_l2() * weights.l2;
    state_.epoch_rows += batch.rows;
    state_.step = step + 1;
  }
  return !last;
}

// This worker's share of the parameters, a block at a time: the gradients of all workers summed, the weight penalties
// added, the optimizer's rule applied. The penalties are measured on the weights the gradients were taken at.
void Trainer::update_parameters(int index, int64_t batch_rows) {
  Worker& worker = workers_[static_cast<size_t>(index)];
  // In a batch of fewer rows than workers some have no row, and their gradients are of another batch.
  const auto takes_part = [&](int each) { return share(batch_rows, workers(), each).size() > 0; };
  const std::span<float*> moments(worker.moments.data(), moments_.size());
  worker.weight_sums = {};
  const Range range = share(network_.flat_size(), workers(), index, 16);
  for (long begin = range.begin; begin < range.end; begin += kUpdateBlock) {
    const long count = std::min(kUpdateBlock, range.end - begin);
    size_t num_parts = 0;
    for (int i = 0; i < workers(); ++i)
      if (takes_part(i)) worker.parts[num_parts++] = workers_[static_cast<size_t>(i)].gradients + begin;
    for (size_t i = 0; i < moments_.size(); ++i) moments[i] = moments_[i] + begin;
    float* params = network_.flat() + begin;
    sum_gradients(std::span(worker.parts).first(num_parts), count, worker.summed);
    const long penalized = std::clamp<long>(network_.num_penalized() - begin, 0, count);
    if (objective_.penalizes_weights() && penalized > 0) {
      const WeightSums sums = weight_penalty(penalized, params, static_cast<float>(objective_.weight_l1()),
                                             static_cast<float>(objective_.weight_l2()), worker.summed);
      worker.weight_sums.l1 += sums.l1;
      worker.weight_sums.l2 += sums.l2;
    }
    optimizer_->update(count, worker.summed, moments, params);
  }
}

Objective::RowSums Trainer::sum_over_workers() const {
  Objective::RowSums sums;
  for (const Worker& worker : workers_) {
    sums.reconstruction += worker.sums.reconstruction;
    sums.latent_l1 += worker.sums.latent_l1;
  }
  return sums;
}

Loss Trainer::test_loss() {
  Loss loss;
  const int64_t rows = data_.test.size();
  if (rows == 0) {
    loss.terms.fill(std::numeric_limits<double>::quiet_NaN());
    return loss;
  }
  const auto weights = objective_.weight_sums(network_);
  run_team(workers(), [&](int index) {
    Worker& worker = workers_[static_cast<size_t>(index)];
    worker.sums = {};
    const Range range = share(rows, workers(), index);
    for (long begin = range.begin; begin < range.end; begin += worker.workspace.rows) {
      const int64_t count = std::min<int64_t>(worker.workspace.rows, range.end - begin);
      transform_bytes(byte_transform(model_.config().data), count * network_.sample_dim(),
                      data_.test.values().data() + begin * network_.sample_dim(),
                      worker.workspace.arena.at(worker.workspace.input));
      const Objective::RowSums sums = objective_.evaluate(network_, count, worker.workspace);
      worker.sums.reconstruction += sums.reconstruction;
      worker.sums.latent_l1 += sums.latent_l1;
    }
  });
  const Objective::RowSums sums = sum_over_workers();
  loss[LossTerm::kReconstruction] = objective_.reconstruction_factor(rows) * sums.reconstruction;
  loss[LossTerm::kLatentL1] = objective_.latent_l1_factor(rows) * sums.latent_l1;
  loss[LossTerm::kWeightL1] = objective_.weight_l1() * weights.l1;
  loss[LossTerm::kWeightL2] = objective_.weight_l2() * weights.l2;
  return loss;
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
  state_.epoch_sums = {};
  state_.epoch_rows = 0;
  state_.epoch_seconds = 0;
  return record;
}

void Trainer::report_divergence(const std::string& term, int64_t step) const {
  std::string layer;
  for (const Worker& worker : workers_)
    if (layer.empty()) layer = network_.find_non_finite(slice_rows(config_.batch_size, workers()), worker.workspace);
  throw Error(
      ErrorKind::kDiverged,
      fmt::format("Training diverged at step {} (epoch {}): the {} is no longer finite. {}Lower "
                  "train.learning_rate (it is {}).",
                  step, (step - 1) / steps_per_epoch() + 1, term,
                  layer.empty() ? "" : "The first layer that is not finite is " + layer + ". ", config_.learning_rate));
}

MemorySummary training_memory(const Autoencoder& model, const Context& context) {
  const Network& network = model.network();
  const int workers =
      static_cast<int>(std::min<int64_t>(training_workers(model.config(), context), model.config().train.batch_size));
  const int64_t flat_bytes = network.flat_size() * static_cast<int64_t>(sizeof(float));
  const int64_t rows = std::max(kTestRows, slice_rows(model.config().train.batch_size, workers));
  return {flat_bytes, flat_bytes * workers, flat_bytes * make_optimizer(model.config().train)->num_moments(),
          network.plan_workspace(rows, true).arena.num_floats() * static_cast<int64_t>(sizeof(float)) * workers};
}

TrainResult train(Autoencoder& model, const DataParts& data, const TrainCallbacks& callbacks, const Context& context) {
  return Trainer(model, data, training_workers(model.config(), context)).run(callbacks);
}

}  // namespace hourglass
