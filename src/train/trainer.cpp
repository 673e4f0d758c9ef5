#include "train/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/random.h"
#include "hourglass/error.h"
#include "model/corruption.h"

namespace hourglass {
namespace {

using Clock = std::chrono::steady_clock;

// Rows a worker takes at a time when it measures the test part, unless its slice of a batch is larger.
constexpr int64_t kTestRows = 64;
constexpr double kSecondsBetweenCalls = 0.1;
// No step of training, so that the noise of the test part is its own.
constexpr uint64_t kTestStep = (uint64_t{1} << 44) - 1;

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
  check_part(data.validation, "validation");
  check_part(data.test, "test");
  if (data.train.size() < model.config().train.batch_size)
    throw Error(ErrorKind::kUsage,
                fmt::format("train.batch_size is {}, but '{}' has only {} training samples. Set train.batch_size to at "
                            "most {}.",
                            model.config().train.batch_size, data.train.name(), data.train.size(), data.train.size()));
}

}  // namespace

int training_workers(const Config& config, const Context& context) {
  if (context.threads > 0 || config.train.threads == 0) return num_threads(context);
  return static_cast<int>(config.train.threads);
}

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

Trainer::Trainer(Autoencoder& model, const DataParts& data, int workers)
    : model_(model),
      network_(model.network()),
      data_{model.prepare(data.train), model.prepare(data.test), model.prepare(data.validation)},
      config_(model.config().train),
      objective_(model.config().objective, network_),
      optimizer_(make_optimizer(config_)),
      barrier_(static_cast<int>(std::min<int64_t>(workers, config_.batch_size))),
      exchange_(static_cast<int>(std::min<int64_t>(workers, config_.batch_size)),
                std::max<int64_t>({1, network_.exchange_size(), objective_.exchange_size()})) {
  check_data(model, data);
  const int used = static_cast<int>(std::min<int64_t>(workers, config_.batch_size));
  const int64_t rows = std::max(kTestRows, slice_rows(config_.batch_size, used));

  // The parameters are updated in blocks; one row of a product is the least.
  int64_t block = kGradientBlock;
  for (const Parameter& parameter : network_.parameter_list()) block = std::max(block, parameter.spec.shape.back());
  std::vector<size_t> gradients, blocks, moments;
  for (int i = 0; i < used; ++i) {
    gradients.push_back(buffers_.reserve(network_.flat_size()));
    blocks.push_back(buffers_.reserve(block));
  }
  for (int i = 0; i < optimizer_->num_moments(); ++i) moments.push_back(buffers_.reserve(network_.flat_size()));
  buffers_.commit();
  for (size_t handle : moments) moments_.push_back(buffers_.at(handle));
  for (size_t i = 0; i < gradients.size(); ++i)
    workers_.push_back({network_.make_workspace(rows, true, corrupts(model.config().corruption)),
                        buffers_.at(gradients[i]),
                        buffers_.at(blocks[i]),
                        {},
                        0,
                        {},
                        std::vector<const float*>(gradients.size()),
                        std::vector<float*>(moments_.size())});
  for (Worker& worker : workers_) worker.products = network_.products(worker.workspace);
  plan_blocks();
  order_.resize(static_cast<size_t>(data.train.size()));
}

void Trainer::plan_blocks() {
  std::vector<Range> covered;
  for (size_t i = 0; i < workers_[0].products.size(); ++i) {
    const Sequential::Product& product = workers_[0].products[i];
    const long begin = product.parameter->offset, rows = std::max<long>(1, kGradientBlock / product.out);
    for (long row = 0; row < product.in; row += rows)
      blocks_.push_back({begin + row * product.out,
                         std::min<long>(rows, product.in - row) * product.out,
                         static_cast<int>(i),
                         row,
                         {},
                         0});
    covered.push_back({begin, begin + product.in * product.out});
  }
  covered.push_back({network_.num_trained(), network_.num_trained()});
  std::ranges::sort(covered, {}, &Range::begin);
  long end = 0;
  for (const Range& range : covered) {
    for (long begin = end; begin < range.begin; begin += kGradientBlock)
      blocks_.push_back({begin, std::min(kGradientBlock, range.begin - begin), -1, 0, {}, 0});
    end = range.end;
  }
}

int64_t Trainer::steps_per_epoch() const { return (data_.train.size() + config_.batch_size - 1) / config_.batch_size; }

// The samples in the order of this epoch (Fisher and Yates; Durstenfeld 1964), whatever came before it.
void Trainer::begin_epoch(int64_t epoch) {
  std::iota(order_.begin(), order_.end(), 0u);
  RandomStream random(static_cast<uint64_t>(config_.seed), RandomPurpose::kShuffle, static_cast<uint64_t>(epoch));
  for (size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[random.below(i)]);
  for (uint32_t& sample : order_) sample = data_.train.stored_row(sample);
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
    report_divergence(!std::isfinite(sums.reconstruction) ? "reconstruction"
                      : !std::isfinite(sums.kl)           ? "kl"
                                                          : "latent_l1",
                      state_.step + 1);
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
  const double epochs = static_cast<double>(state_.step) / static_cast<double>(steps_per_epoch());
  return objective_.loss(sum_over_workers(), rows, units, objective_.weight_sums(network_), epochs);
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
  const int64_t rows = std::max(kTestRows, slice_rows(model.config().train.batch_size, workers));
  const Workspace workspace = network.plan_workspace(rows, true, corrupts(model.config().corruption));
  const int64_t products = network.num_product_values();  // whose gradients only stay where their norm is clipped
  const int64_t gradients = (network.flat_size() - products) * workers +
                            (model.config().train.clip_norm > 0 ? products : 0) + kGradientBlock * workers;
  const auto bytes = [](int64_t floats) { return floats * static_cast<int64_t>(sizeof(float)); };
  return {bytes(network.flat_size()), bytes(gradients),
          bytes(network.flat_size()) * make_optimizer(model.config().train)->num_moments(),
          bytes(workspace.arena.num_floats()) * workers};
}

TrainResult train(Autoencoder& model, const DataParts& data, const TrainCallbacks& callbacks, const Context& context) {
  return Trainer(model, data, training_workers(model.config(), context)).run(callbacks);
}

}  // namespace hourglass
