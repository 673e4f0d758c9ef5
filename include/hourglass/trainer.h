#pragma once
// Training: in memory, or into a run folder that can be resumed.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/loss.h"

namespace hourglass {

/// What one epoch gave. `train` is the mean over the epoch's samples while the weights moved; `validation` and `test`
/// are measured on those whole parts after it, and are no number where there is no such part.
struct EpochRecord {
  int64_t epoch = 0;  ///< from 1
  Loss train;
  Loss validation;
  Loss test;
  double seconds = 0;            ///< of training, without the test pass
  double images_per_second = 0;  ///< trained
};
using History = std::vector<EpochRecord>;

/// Where training is, between two steps.
struct Progress {
  int64_t epoch, epochs;     ///< the running epoch, from 1
  int64_t step, steps;       ///< done in this epoch, of its total
  double loss;               ///< mean total loss of this epoch so far
  double images_per_second;  ///< since the epoch began
  double seconds_left;       ///< of the whole run, estimated
};

/// How a caller watches and ends a run. Everything may be left out.
struct TrainCallbacks {
  std::function<void(const EpochRecord&)> on_epoch;  ///< after each epoch
  std::function<void(const Progress&)> on_progress;  ///< about ten times a second
  const std::atomic<bool>* stop = nullptr;           ///< once true, training ends after the running step
  /// Of start_run and resume_run: further results of the trained model, by name, for summary.json.
  std::function<std::map<std::string, double>(const Autoencoder&)> measure;
};

struct TrainResult {
  History history;         ///< of all epochs, those before a resume included
  bool finished = false;   ///< false: stopped early by TrainCallbacks::stop
  int64_t kept_epoch = 0;  ///< whose weights the model has: the last, or with train.patience the best one
  int64_t steps = 0;       ///< optimizer steps taken in all
};

/// Memory a training run of this model takes besides the data set, in bytes.
struct MemorySummary {
  int64_t parameters;   ///< the weights themselves
  int64_t gradients;    ///< those that are not used up where they are computed, one copy a worker
  int64_t moments;      ///< what the optimizer keeps
  int64_t activations;  ///< of one batch, all workers together, with its gradients
  int64_t total() const { return parameters + gradients + moments + activations; }
};

/// For training `model` by its config().
MemorySummary training_memory(const Autoencoder& model, const Context& context = {});

/// What will train, but likely not as it was meant, each as one sentence or two. Training hands them to Context::log.
std::vector<std::string> training_warnings(const Autoencoder& model);

/// Trains `model` in place by its config().train and config().objective. Nothing is written.
/// Throws Error(kUsage) where a batch is larger than the training part or a sample does not fit the model, and
/// Error(kDiverged) with the step, the term and the layer where a value is no longer finite.
TrainResult train(Autoencoder& model, const DataParts& data, const TrainCallbacks& callbacks = {},
                  const Context& context = {});

/// The files of a run.
struct RunFolder {
  std::filesystem::path path;
  std::filesystem::path config() const { return path / "config.toml"; }
  std::filesystem::path model() const { return path / "model.safetensors"; }
  std::filesystem::path checkpoint() const { return path / "checkpoint.safetensors"; }
  std::filesystem::path history() const { return path / "history.csv"; }
  std::filesystem::path summary() const { return path / "summary.json"; }
  std::filesystem::path images() const { return path / "images"; }
  std::filesystem::path evaluation() const { return path / "evaluation.json"; }
  std::filesystem::path report() const { return path / "report.html"; }
};

/// Starts a run in a new folder: writes config.toml, trains, and keeps model.safetensors, checkpoint.safetensors,
/// history.csv and summary.json current after every epoch. Every file is replaced whole or not at all.
/// Throws Error(kUsage) where the folder already holds a run, Error(kIo) where it cannot be written, and as train().
TrainResult start_run(const RunFolder& folder, Autoencoder& model, const DataParts& data,
                      const TrainCallbacks& callbacks = {}, const Context& context = {});

/// Continues a run that was stopped or killed, to the same bits as an uninterrupted one (with as many threads).
/// `model` becomes the trained model. Throws as start_run, and Error(kData) for a checkpoint that is cut short, of
/// another version, or does not match the folder's config.
TrainResult resume_run(const RunFolder& folder, Autoencoder& model, const DataParts& data,
                       const TrainCallbacks& callbacks = {}, const Context& context = {});

}  // namespace hourglass
