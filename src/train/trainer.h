#pragma once
// The training loop: workers, each with a slice of the batch, and the state between two steps.

#include <limits>
#include <memory>
#include <vector>

#include "core/arena.h"
#include "core/barrier.h"
#include "core/exchange.h"
#include "core/team.h"
#include "hourglass/trainer.h"
#include "kernels/optimizer.h"
#include "model/corruption.h"
#include "model/network.h"
#include "model/objective.h"
#include "optim/optimizer.h"
#include "train/block_queue.h"
#include "train/sample_order.h"

namespace hourglass {

/// Whether training still gets better.
struct Plateau {
  double best = std::numeric_limits<double>::infinity();
  int64_t epochs = 0;  ///< since the best loss, or since the last drop
  int64_t drops = 0;   ///< of the learning rate

  void observe(double loss, int64_t patience);
};

/// The epoch with the lowest validation loss, for early stopping.
struct BestEpoch {
  int64_t epoch = 0;  ///< 0: none yet
  double loss = std::numeric_limits<double>::infinity();
};

/// Everything that a run needs to go on besides the weights and the moments.
struct TrainState {
  int64_t step = 0;          ///< optimizer steps taken
  Loss epoch_sums;           ///< of the running epoch: terms times rows
  int64_t epoch_rows = 0;    ///< rows trained in it
  double epoch_seconds = 0;  ///< time spent on it
  History history;           ///< finished epochs
  Plateau plateau;           ///< for the schedule of that name
  BestEpoch best;            ///< whose weights are kept; where training has patience
  bool ended = false;        ///< before the last epoch: nothing better was to be found
};

/// Rows a worker takes at a time where the whole training part is one batch.
inline constexpr int64_t kSliceRows = 256;

/// Parameters updated at a time: their gradient stays in the second-level cache.
inline constexpr long kGradientBlock = 16384;

/// Workers for a run: context.threads, else config.train.threads, else one a core.
int training_workers(const Config& config, const Context& context);

/// Trains a model in place. A step splits its batch over the workers: each gathers its rows, runs forward and backward
/// on them and leaves its gradient; then each sums the gradients of, and updates, its share of the parameters. Workers
/// wait for each other twice a step, and nothing is allocated. A step of several batches, or of the whole training
/// part, takes them slice by slice and adds up their gradients, so that its memory is that of a slice.
class Trainer {
 public:
  /// Throws Error(kUsage) where the data do not fit the model or are fewer than a batch.
  Trainer(Autoencoder& model, const DataParts& data, int workers);

  /// Called with the trainer at rest after each epoch and where training is stopped.
  using Hook = std::function<void()>;

  /// Trains until the config's last epoch or until stopped. Throws Error(kDiverged).
  TrainResult run(const TrainCallbacks& callbacks, const Hook& after_epoch = {}, const Hook& when_stopped = {});

  TrainState& state() { return state_; }
  const TrainState& state() const { return state_; }
  /// The optimizer's buffers, each flat_size long.
  std::span<float* const> moments() const { return moments_; }
  /// The weights of the best epoch so far, flat_size long; empty where training has no patience.
  std::span<float> best_weights() const {
    return {best_, config_.patience > 0 ? static_cast<size_t>(network_.flat_size()) : 0};
  }
  int64_t flat_size() const { return network_.flat_size(); }
  int workers() const { return num_workers_; }
  /// The epoch whose weights the model has: the best one where training is over and had patience, else the last.
  int64_t kept_epoch() const {
    return finished() && state_.best.epoch > 0 ? state_.best.epoch : static_cast<int64_t>(state_.history.size());
  }
  bool finished() const { return state_.ended || state_.step >= config_.epochs * steps_per_epoch(); }
  int64_t steps_per_epoch() const;

 private:
  struct alignas(64) Worker {
    Workspace workspace;
    float* gradients;        // flat: of this worker's rows, but for those of `products`
    float* slice_gradients;  // flat: of one more slice, where a step has several; else null
    float* block;            // block_size_ floats: the gradient of the parameters that are just updated
    std::vector<Sequential::Product> products;  // of this worker's rows
    int64_t rows;                               // it holds in the running step
    Objective::RowSums sums;
    std::vector<const float*> parts;  // where a block starts in each worker's gradients
    std::vector<float*> moments;      // and in each moment
  };
  // Parameters that are updated at a time: rows of a product, or a range whose gradients are summed.
  struct alignas(64) Block {
    long begin, count;
    int product;  // -1: none
    long row;     // of the product, the first
    WeightSums weight_sums;
    double squares;
  };
  // Some rows of a step that all workers hold together.
  struct Slice {
    const uint32_t* indices;
    int64_t first, rows;       // in the step
    const uint32_t* upcoming;  // the next slice, or null
  };

  bool solves() const { return config_.optimizer == "lbfgs"; }
  bool whole() const { return config_.batch_size == 0; }
  // Whether a step adds up the gradients of several slices.
  bool accumulates() const { return step_rows_ > slice_rows_; }
  bool keeps_gradient() const { return config_.clip_norm > 0 || solves(); }
  void plan_buffers();
  void plan_blocks();
  int64_t rows_of(int64_t step) const;
  double epochs_at(int64_t step) const;
  Slice slice_of(int64_t step, int64_t first) const;
  bool run_epoch(int64_t epoch, const TrainCallbacks& callbacks);
  bool solve_epoch(int64_t epoch, const TrainCallbacks& callbacks);
  void report_progress(int64_t epoch, int64_t step, int64_t steps, double seconds_left,
                       const TrainCallbacks& callbacks);
  void run_steps(int64_t first, int64_t last, const std::atomic<bool>* stop);
  bool run_step(int worker, int64_t step, const std::atomic<bool>* stop);
  Loss evaluate_step(int64_t step);
  void differentiate(int worker, int64_t step);
  Pass take_slice(int worker, const Slice& slice, int64_t step);
  void gather(Worker& worker, const Slice& slice, const Range& range, int64_t step);
  void take_gradients(int worker);
  void clip_and_update(int worker);
  void update_statistics(int64_t step);
  void take_gradient(Worker& worker, const Block& block, float* gradient);
  void penalize_and_clip(Block& block, float* gradient);
  void update_block(Worker& worker, const Block& block, const float* gradient);
  std::span<const double> unit_sums(const Worker& worker) const;
  Objective::RowSums sum_over_workers() const;
  Loss loss_of_step(int64_t step, const Objective::RowSums& sums) const;
  Loss part_loss(const Dataset& part, uint64_t noise_step);
  EpochRecord finish_epoch(int64_t epoch);
  void look_for_better(const EpochRecord& record);
  // `step` counts from 1.
  [[noreturn]] void report_divergence(const std::string& term, int64_t step) const;
  std::string divergent_term() const;

  // Shares of the parameters begin at cache lines.
  static constexpr long kGrain = 16;

  Autoencoder& model_;
  Network& network_;
  const DataParts data_;  // as the model sees them; their values are shared with the caller's
  const TrainConfig& config_;
  Objective objective_;
  Corruption corruption_;
  int64_t step_rows_;   // samples a step takes, but for the last of an epoch
  int64_t slice_rows_;  // of them at once
  int num_workers_;
  std::unique_ptr<Optimizer> optimizer_;  // null for a solver
  Barrier barrier_;
  Exchange exchange_;
  Arena buffers_;
  std::vector<Worker> workers_;
  std::vector<float*> moments_;
  float* best_ = nullptr;      // flat: the weights of the best epoch
  float* start_ = nullptr;     // flat: the weights before the running epoch of a solver
  std::vector<Block> blocks_;  // all trained parameters
  BlockQueue queue_;           // which of them are left in the running step
  SampleOrder order_;          // of the samples in the running epoch
  double seconds_a_step_ = 0;  // of the last steps; 0: none yet
  bool stop_after_step_ = false;
  bool diverged_ = false;
  TrainState state_;
};

}  // namespace hourglass
