#pragma once
// The training loop: workers, each with a share of the batch, and the state between two steps.

#include <limits>
#include <memory>
#include <vector>

#include "core/arena.h"
#include "core/barrier.h"
#include "core/exchange.h"
#include "core/team.h"
#include "hourglass/trainer.h"
#include "kernels/matmul.h"
#include "kernels/optimizer.h"
#include "model/corruption.h"
#include "model/network.h"
#include "model/objective.h"
#include "optim/optimizer.h"
#include "train/block_queue.h"
#include "train/sample_order.h"

namespace hourglass {

/// Counts epochs without a better loss, for the schedule plateau.
struct Plateau {
  double best = std::numeric_limits<double>::infinity();
  int64_t epochs = 0;  ///< epochs since the best loss or the last drop
  int64_t drops = 0;   ///< number of drops of the learning rate

  void observe(double loss, int64_t patience);
};

/// The epoch with the lowest validation loss, for early stopping.
struct BestEpoch {
  int64_t epoch = 0;  ///< 0: none yet
  double loss = std::numeric_limits<double>::infinity();
};

/// State of a run in addition to weights and moments.
struct TrainState {
  int64_t step = 0;          ///< number of optimizer steps
  Loss epoch_sums;           ///< terms times rows, summed over the current epoch
  int64_t epoch_rows = 0;    ///< rows of the current epoch
  double epoch_seconds = 0;  ///< time of the current epoch
  History history;           ///< finished epochs
  Plateau plateau;           ///< for the schedule plateau
  BestEpoch best;            ///< for train.patience
  bool ended = false;        ///< ended before the last epoch, because no better loss was found
};

/// State of training in memory, to continue it.
struct TrainingState {
  TrainState state;
  std::vector<AlignedVector<float>> moments;
  int64_t flat_size;
  int workers;
};

/// Rows that a worker processes at a time if the whole training set is one batch.
inline constexpr int64_t kSliceRows = 256;

/// Number of parameters updated at a time, and the maximum number of columns of a product. Their gradient stays in the
/// second-level cache.
inline constexpr long kGradientBlock = 32768, kBlockColumns = 256;

/// Number of workers for a run: context.threads, else config.train.threads, else one per core.
int training_workers(const Config& config, const Context& context);

/// Trains a model in place. A step splits its batch over the workers. Each worker gathers its rows and runs forward and
/// backward on them. Then each worker sums the gradients of its share of the parameters and updates them. Workers wait
/// for each other twice per step; nothing is allocated. A step of several batches, or of the whole training set, is
/// processed in slices whose gradients are added, so that it needs the memory of one slice.
class Trainer {
 public:
  /// Throws Error(kUsage) if the data do not fit the model or are smaller than a batch.
  Trainer(Autoencoder& model, const DataSplit& data, int workers);

  /// Called between two steps: after each epoch, and when training is stopped.
  using Hook = std::function<void()>;

  /// Trains until the last epoch of the config or until stopped. Throws Error(kDiverged).
  TrainResult run(const TrainCallbacks& callbacks, const Hook& after_epoch = {}, const Hook& when_stopped = {});

  TrainState& state() { return state_; }
  const TrainState& state() const { return state_; }
  /// The moments of the optimizer, each of size flat_size.
  std::span<float* const> moments() const { return moments_; }
  /// The weights of the best epoch so far, of size flat_size; empty without train.patience.
  std::span<float> best_weights() const {
    return {best_, config_.patience > 0 ? static_cast<size_t>(network_.flat_size()) : 0};
  }
  int64_t flat_size() const { return network_.flat_size(); }
  int workers() const { return num_workers_; }
  /// The epoch of the model's weights: the best one after training with train.patience, else the last one.
  int64_t kept_epoch() const {
    return finished() && state_.best.epoch > 0 ? state_.best.epoch : static_cast<int64_t>(state_.history.size());
  }
  bool finished() const { return state_.ended || state_.step >= config_.epochs * steps_per_epoch(); }
  int64_t steps_per_epoch() const;
  /// Whether run() ended with Error(kDiverged).
  bool diverged() const { return diverged_; }

 private:
  struct alignas(64) Worker {
    Workspace workspace;
    float* gradients;                           // flat: gradients of this worker's rows, except those of `products`
    float* slice_gradients;                     // flat: gradients of the next slice, if a step has several; else null
    float* block;                               // gradient of the block that is being updated
    std::vector<Sequential::Product> products;  // of this worker's rows
    int64_t rows;                               // number of its rows in the current step
    Objective::RowSums sums;
    std::vector<const float*> parts;  // start of the current block in the gradients of each worker
    std::vector<ProductTerms> terms;  // factors of the current block of a product, of each worker
    std::vector<float*> moments;      // start of the current block in each moment
  };
  // Parameters that are updated together: a block of the rows and columns of a product, or a range of other parameters,
  // which is one row.
  struct alignas(64) Block {
    long begin;          // of the first row in the flat parameters
    long rows, columns;  // of the block
    long stride;         // between its rows
    int product;         // -1: none
    long row, column;    // of the product
    WeightSums weight_sums;
    double squares;

    // Contiguous parameters: all, or each row.
    bool whole() const { return columns == stride; }
    long runs() const { return whole() ? 1 : rows; }
    long run() const { return whole() ? rows * columns : columns; }
  };
  // Rows of a step that all workers process together.
  struct Slice {
    const uint32_t* indices;
    int64_t first, rows;       // first row in the step, and number of rows
    const uint32_t* upcoming;  // indices of the next slice, or null
  };

  bool solves() const { return config_.optimizer == "lbfgs"; }
  bool whole() const { return config_.batch_size == 0; }
  // Whether a step adds the gradients of several slices.
  bool accumulates() const { return step_rows_ > slice_rows_; }
  bool keeps_gradient() const { return config_.clip_norm > 0 || solves(); }
  void plan_buffers();
  void plan_blocks();
  int64_t rows_of(int64_t step) const;
  double epochs_at(int64_t step) const;
  Slice slice_of(int64_t step, int64_t first) const;
  bool run_epoch(int64_t epoch, const TrainCallbacks& callbacks);
  bool solve_epoch(int64_t epoch, const TrainCallbacks& callbacks);
  bool report_progress(int64_t epoch, int64_t step, int64_t steps, double seconds_left,
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
  void take_gradient(Worker& worker, const Block& block, float* gradient, long stride);
  void penalize_and_clip(Block& block, float* gradient, long stride);
  void bring_to_cache(const Block& block, long run) const;
  void update_block(Worker& worker, const Block& block, const float* gradient, long stride);
  std::span<const double> unit_sums(const Worker& worker) const;
  Objective::RowSums sum_over_workers() const;
  Loss loss_of_step(int64_t step, const Objective::RowSums& sums) const;
  Loss part_loss(const Dataset& part, uint64_t noise_step);
  EpochRecord finish_epoch(int64_t epoch);
  int64_t warmup_end() const;
  void look_for_better(const EpochRecord& record);
  // `step` counts from 1.
  [[noreturn]] void report_divergence(const std::string& term, int64_t step);
  std::string divergent_term() const;

  // Shares of the parameters start at cache lines.
  static constexpr long kGrain = 16;

  Autoencoder& model_;
  Network& network_;
  const DataSplit data_;  // preprocessed; stored values are shared with the data of the caller
  const TrainConfig& config_;
  Objective objective_;
  Corruption corruption_;
  int64_t step_rows_;   // samples per step, except the last step of an epoch
  int64_t slice_rows_;  // samples per slice
  int num_workers_;
  std::unique_ptr<Optimizer> optimizer_;  // null for L-BFGS
  Barrier barrier_;
  Exchange exchange_;
  Arena buffers_;
  std::vector<Worker> workers_;
  std::vector<float*> moments_;
  float* best_ = nullptr;      // flat: the weights of the best epoch
  float* start_ = nullptr;     // flat: the weights before the current epoch of L-BFGS
  std::vector<Block> blocks_;  // all trained parameters
  BlockQueue queue_;           // blocks that are left in the current step
  SampleOrder order_;          // order of the samples in the current epoch
  double seconds_a_step_ = 0;  // mean time of the last steps; 0: no step yet
  bool stop_after_step_ = false;
  bool diverged_ = false;
  TrainState state_;
};

}  // namespace hourglass
