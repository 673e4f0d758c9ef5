#include "train/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/random.h"
#include "hourglass/error.h"
#include "optim/lbfgs.h"
#include "optim/schedule.h"
#include "train/check.h"

namespace hourglass {
namespace {

using Clock = std::chrono::steady_clock;

// Minimum number of rows that a worker processes at a time on the validation and test set.
constexpr int64_t kTestRows = 64;
constexpr double kSecondsBetweenCalls = 0.1;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Number of samples that all workers process at once.
int64_t slice_size(const TrainConfig& config, int workers) {
  return config.batch_size > 0 ? config.batch_size : kSliceRows * workers;
}

// Trains and keeps the state in the result, so that training can continue from it.
TrainResult run_and_keep(Trainer& trainer, const TrainCallbacks& callbacks) {
  TrainResult result = trainer.run(callbacks);
  auto state =
      std::make_shared<TrainingState>(TrainingState{trainer.state(), {}, trainer.flat_size(), trainer.workers()});
  const auto size = static_cast<size_t>(trainer.flat_size());
  for (const float* moment : trainer.moments()) state->moments.emplace_back(moment, moment + size);
  result.state = std::move(state);
  return result;
}

int64_t rows_per_worker(int64_t rows, int workers) { return (rows + workers - 1) / workers; }

}  // namespace

int training_workers(const Config& config, const Context& context) {
  if (context.threads > 0 || config.train.threads == 0) return num_threads(context);
  return static_cast<int>(config.train.threads);
}

Trainer::Trainer(Autoencoder& model, const DataSplit& data, int workers)
    : model_(model),
      network_(model.network()),
      data_(model.preprocess(with_validation(data, model.config().data))),
      config_(model.config().train),
      objective_(model.config().objective, network_, model.value_range()),
      corruption_(model.config().corruption, model.sample_shape(), model.value_scale()),
      step_rows_(whole() ? data_.train.size() : config_.batch_size * config_.accumulate),
      slice_rows_(std::min(step_rows_, slice_size(config_, workers))),
      num_workers_(static_cast<int>(std::min<int64_t>(workers, slice_rows_))),
      optimizer_(solves() ? nullptr : make_optimizer(config_)),
      barrier_(num_workers_),
      exchange_(num_workers_, std::max<int64_t>({1, network_.exchange_size(), objective_.exchange_size(slice_rows_)})),
      queue_(num_workers_),
      // A whole-set batch is not shuffled, so that its sums are the same in every epoch.
      order_(data_.train, !whole(), static_cast<uint64_t>(config_.seed)) {
  check_training(model, data_);
  plan_buffers();
  plan_blocks();
}

void Trainer::plan_buffers() {
  std::vector<size_t> gradients, slices, blocks, moments;
  for (int i = 0; i < num_workers_; ++i) {
    gradients.push_back(buffers_.reserve(network_.flat_size()));
    slices.push_back(buffers_.reserve(accumulates() ? network_.flat_size() : 0));
    blocks.push_back(buffers_.reserve(kGradientBlock));
  }
  const int num_moments = optimizer_ ? optimizer_->num_moments() : 0;
  for (int i = 0; i < num_moments; ++i) moments.push_back(buffers_.reserve(network_.flat_size()));
  const size_t start = buffers_.reserve(solves() ? network_.flat_size() : 0);
  const size_t best = buffers_.reserve(config_.patience > 0 ? network_.flat_size() : 0);
  buffers_.commit();

  for (size_t handle : moments) moments_.push_back(buffers_.at(handle));
  start_ = buffers_.at(start);
  best_ = buffers_.at(best);
  const int64_t rows = std::max(kTestRows, rows_per_worker(slice_rows_, num_workers_));
  for (size_t i = 0; i < gradients.size(); ++i)
    workers_.push_back({network_.make_workspace(rows, true, corrupts(model_.config().corruption)),
                        buffers_.at(gradients[i]),
                        buffers_.at(slices[i]),
                        buffers_.at(blocks[i]),
                        {},
                        0,
                        {},
                        std::vector<const float*>(gradients.size()),
                        std::vector<ProductTerms>(gradients.size()),
                        std::vector<float*>(moments_.size())});
  for (Worker& worker : workers_) {
    if (!objective_.trims()) break;
    worker.workspace.losses = std::make_unique<double[]>(static_cast<size_t>(slice_rows_));
    worker.workspace.category_losses = std::make_unique<double[]>(static_cast<size_t>(slice_rows_));
    worker.workspace.ranked_losses = std::make_unique<double[]>(static_cast<size_t>(slice_rows_));
  }
  // With several slices, each slice overwrites the products of the previous one.
  if (!accumulates())
    for (Worker& worker : workers_) worker.products = network_.products(worker.workspace);
}

void Trainer::plan_blocks() {
  std::vector<Range> covered;
  for (size_t i = 0; i < workers_[0].products.size(); ++i) {
    const Sequential::Product& product = workers_[0].products[i];
    const long offset = product.parameter->offset, in = product.in, out = product.out;
    const int parts = static_cast<int>((out + kBlockColumns - 1) / kBlockColumns);
    for (int part = 0; part < parts; ++part) {
      const Range columns = share(out, parts, part, kGrain);
      const long rows = std::max<long>(1, kGradientBlock / columns.size());
      // The blocks below each other use the same columns of the second factor.
      for (long row = 0; row < in; row += rows)
        blocks_.push_back({offset + row * out + columns.begin,
                           std::min(rows, in - row),
                           columns.size(),
                           out,
                           static_cast<int>(i),
                           row,
                           columns.begin,
                           {},
                           0});
    }
    covered.push_back({offset, offset + in * out});
  }
  covered.push_back({network_.num_trained(), network_.num_trained()});
  std::ranges::sort(covered, {}, &Range::begin);
  long end = 0;
  for (const Range& range : covered) {
    for (long begin = end; begin < range.begin; begin += kGradientBlock) {
      const long count = std::min(kGradientBlock, range.begin - begin);
      blocks_.push_back({begin, 1, count, count, -1, 0, 0, {}, 0});
    }
    end = range.end;
  }
}

int64_t Trainer::steps_per_epoch() const { return hourglass::steps_per_epoch(config_, data_.train.size()); }

double Trainer::epochs_at(int64_t step) const {
  return static_cast<double>(step) / static_cast<double>(steps_per_epoch());
}

int64_t Trainer::rows_of(int64_t step) const {
  return std::min(step_rows_, data_.train.size() - step % steps_per_epoch() * step_rows_);
}

Trainer::Slice Trainer::slice_of(int64_t step, int64_t first) const {
  const int64_t rows = std::min(slice_rows_, rows_of(step) - first);
  const int64_t begin = step % steps_per_epoch() * step_rows_ + first, next = begin + rows;
  const bool next_as_large = next + rows <= data_.train.size();
  return {order_.rows() + begin, first, rows, next_as_large ? order_.rows() + next : nullptr};
}

TrainResult Trainer::run(const TrainCallbacks& callbacks, const Hook& after_epoch, const Hook& when_stopped) {
  const int64_t steps = steps_per_epoch();
  bool stopped = false;
  while (!finished() && !stopped) {
    const int64_t epoch = state_.step / steps;
    const auto start = Clock::now();
    order_.begin_epoch(epoch);
    state_.epoch_seconds += seconds_since(start);
    stopped = solves() ? !solve_epoch(epoch, callbacks) : !run_epoch(epoch, callbacks);
    if (state_.step == (epoch + 1) * steps) {
      state_.history.push_back(finish_epoch(epoch + 1));
      if (callbacks.on_epoch && !callbacks.on_epoch(state_.history.back())) stopped = true;
      if (after_epoch) after_epoch();
      stopped = !finished() && (stopped || (callbacks.stop && *callbacks.stop));
    }
  }
  if (stopped && when_stopped) when_stopped();
  return {state_.history, !stopped, kept_epoch(), state_.step, nullptr};
}

// Trains to the end of an epoch. Returns false if it was stopped.
bool Trainer::run_epoch(int64_t epoch, const TrainCallbacks& callbacks) {
  const int64_t steps = steps_per_epoch(), end = (epoch + 1) * steps, last_step = config_.epochs * steps;
  while (state_.step < end) {
    const auto start = Clock::now();
    const int64_t first = state_.step;
    const int64_t chunk = seconds_a_step_ > 0 ? static_cast<int64_t>(kSecondsBetweenCalls / seconds_a_step_) : 1;
    run_steps(first, std::min(end, first + std::clamp<int64_t>(chunk, 1, 1000)), callbacks.stop);
    const double seconds = seconds_since(start);
    state_.epoch_seconds += seconds;
    seconds_a_step_ = seconds / static_cast<double>(state_.step - first);
    const double mean_step =
        state_.epoch_seconds * static_cast<double>(step_rows_) / static_cast<double>(state_.epoch_rows);
    const bool goes_on = report_progress(epoch, state_.step - epoch * steps, steps,
                                         mean_step * static_cast<double>(last_step - state_.step), callbacks);
    if (stop_after_step_ || !goes_on) return false;
  }
  return true;
}

bool Trainer::report_progress(int64_t epoch, int64_t step, int64_t steps, double seconds_left,
                              const TrainCallbacks& callbacks) {
  if (!callbacks.on_progress) return true;
  const double rows = static_cast<double>(state_.epoch_rows);
  return callbacks.on_progress({epoch + 1, config_.epochs, step, steps, state_.epoch_sums.total() / rows,
                                rows / state_.epoch_seconds, seconds_left});
}

void Trainer::run_steps(int64_t first, int64_t last, const std::atomic<bool>* stop) {
  run_team(workers(), [&](int worker) {
    for (int64_t step = first; step < last; ++step)
      if (!run_step(worker, step, stop)) break;
  });
  if (diverged_) report_divergence(divergent_term(), state_.step + 1);
}

MemorySummary training_memory(const Autoencoder& model, const Context& context) {
  const Network& network = model.network();
  const TrainConfig& train = model.config().train;
  const int asked = training_workers(model.config(), context);
  const int64_t slice = slice_size(train, asked);
  const int workers = static_cast<int>(std::min<int64_t>(asked, slice));
  const int64_t rows = std::max(kTestRows, rows_per_worker(slice, workers));
  const Workspace workspace = network.plan_workspace(rows, true, corrupts(model.config().corruption));
  const bool solves = train.optimizer == "lbfgs", accumulates = train.batch_size == 0 || train.accumulate > 1;
  const auto bytes = [](int64_t floats) { return floats * static_cast<int64_t>(sizeof(float)); };
  // Gradients of products are only stored if they are added over slices or the whole gradient is needed at once.
  const int64_t products = network.num_product_values(), others = network.flat_size() - products;
  const int64_t gradients =
      kGradientBlock * workers +
      (accumulates ? 2 * network.flat_size() * workers : others * workers + (train.clip_norm > 0 ? products : 0));
  const int64_t moments = solves ? bytes(network.flat_size()) +
                                       lbfgs_bytes({train.lbfgs_iterations, train.lbfgs_memory}, network.num_trained())
                                 : bytes(network.flat_size()) * make_optimizer(train)->num_moments();
  return {bytes(network.flat_size()), bytes(gradients), moments, bytes(workspace.arena.num_floats()) * workers};
}

TrainResult train(Autoencoder& model, const DataSplit& data, const TrainCallbacks& callbacks, const Context& context) {
  Trainer trainer(model, data, training_workers(model.config(), context));
  log_warnings(model, context);
  return run_and_keep(trainer, callbacks);
}

TrainResult train_more(Autoencoder& model, const DataSplit& data, const TrainResult& previous, int64_t epochs,
                       const TrainCallbacks& callbacks, const Context& context) {
  check_extendable(model.config());
  if (epochs < 1)
    throw Error(ErrorKind::kUsage, fmt::format("The number of additional epochs is {}; expected at least 1.", epochs));
  if (!previous.state)
    throw Error(ErrorKind::kUsage,
                "The previous result has no training state. Give the result of train or train_more.");
  const TrainingState& state = *previous.state;
  model.set_epochs(static_cast<int64_t>(state.state.history.size()) + epochs);
  Trainer trainer(model, data, context.threads > 0 ? context.threads : state.workers);
  if (state.moments.size() != trainer.moments().size() || state.flat_size != trainer.flat_size())
    throw Error(ErrorKind::kUsage, "The previous result is of another model or optimizer.");
  for (size_t i = 0; i < state.moments.size(); ++i) std::ranges::copy(state.moments[i], trainer.moments()[i]);
  trainer.state() = state.state;
  return run_and_keep(trainer, callbacks);
}

}  // namespace hourglass
