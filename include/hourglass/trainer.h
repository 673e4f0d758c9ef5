#pragma once
// Training in memory. hourglass/run_folder.h trains into a folder.

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/loss.h"

namespace hourglass {

/// Results of one epoch. `train` is the mean over the samples of the epoch, while the weights changed. `validation` and
/// `test` are measured on the whole sets after it, and are NaN without such a set.
struct EpochRecord {
  int64_t epoch = 0;  ///< from 1
  Loss train;
  Loss validation;
  Loss test;
  double learning_rate = std::numeric_limits<double>::quiet_NaN();  ///< of the last step; NaN for lbfgs
  double seconds = 0;                                               ///< of training, without measuring
  double samples_per_second = 0;                                    ///< in training
};
using History = std::vector<EpochRecord>;

/// Position of training between two steps.
struct Progress {
  int64_t epoch, epochs;      ///< current epoch, from 1, and number of epochs
  int64_t step, steps;        ///< done in this epoch, and number of steps per epoch
  double loss;                ///< mean total loss of this epoch so far
  double samples_per_second;  ///< in this epoch
  double seconds_left;        ///< of the whole run, estimated
};

/// Functions that watch and end a run; all are optional. They are called on the caller's thread. An exception from one
/// ends training between two steps and reaches the caller unchanged; a run folder then has its last checkpoint.
struct TrainCallbacks {
  std::function<bool(const EpochRecord&)> on_epoch;  ///< after each epoch; returns whether to continue
  std::function<bool(const Progress&)> on_progress;  ///< about ten times a second; returns whether to continue
  const std::atomic<bool>* stop = nullptr;           ///< ends training after the current step once it is true
  /// For start_run, resume_run and extend_run: more results of the trained model, by name, for summary.json.
  std::function<std::map<std::string, double>(const Autoencoder&)> measure;
};

/// Result of training.
struct TrainResult {
  History history;         ///< of all epochs, including those before a resume
  bool finished = false;   ///< false if TrainCallbacks ended it early
  int64_t kept_epoch = 0;  ///< the epoch of the model's weights: the last, or with train.patience the best
  int64_t steps = 0;       ///< number of optimizer steps
  std::shared_ptr<const struct TrainingState> state;  ///< for train_more
};

/// Memory that training takes in addition to the dataset, in bytes.
struct MemorySummary {
  int64_t parameters;
  int64_t gradients;    ///< those that are stored, of all workers
  int64_t moments;      ///< of the optimizer
  int64_t activations;  ///< of one batch and their gradients, of all workers
  int64_t total() const { return parameters + gradients + moments + activations; }
};

/// Memory for training `model` with its config.
MemorySummary training_memory(const Autoencoder& model, const Context& context = {});

/// Warnings about configs that train, but probably not as intended; one or two sentences each. Training passes them to
/// Context::log.
std::vector<std::string> training_warnings(const Autoencoder& model);

/// Trains `model` in place with its config. Writes no files. If config.data.validation asks for a validation set and
/// `data` has none, it is drawn from the training set (with_validation).
/// Throws Error(kUsage) if the samples do not fit the model, a batch is larger than the training set, or
/// config.data.validation_rows asks for a validation set that `data` does not have; Error(kDiverged) with step, term
/// and layer if a value is no longer finite; and whatever a callback throws.
TrainResult train(Autoencoder& model, const DataSplit& data, const TrainCallbacks& callbacks = {},
                  const Context& context = {});

/// Continues the training that returned `previous` for `epochs` more epochs, with the same bits as if it had not ended.
/// Sets config.train.epochs of the model. Throws as train, and Error(kUsage) for an option that depends on the number
/// of epochs (train.schedule=cosine, train.patience) or a `previous` of another model.
TrainResult train_more(Autoencoder& model, const DataSplit& data, const TrainResult& previous, int64_t epochs,
                       const TrainCallbacks& callbacks = {}, const Context& context = {});

/// Throws Error(kUsage) with the option if the number of epochs of a run cannot be changed.
void check_extendable(const Config& config);

}  // namespace hourglass
