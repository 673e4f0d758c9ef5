#pragma once
// Training into a run folder: start, resume, extend.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "hourglass/autoencoder.h"
#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/trainer.h"

namespace hourglass {

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

  bool has_run() const;         ///< there is a config or a checkpoint
  bool is_finished() const;     ///< summary.json says that the last epoch is done
  int64_t epochs_done() const;  ///< by summary.json; 0 without it
};

/// runs/MODEL-DATA, or the first of runs/MODEL-DATA-2, -3, ... that does not exist.
RunFolder new_run_folder(const Config& config);

/// What a resumed run changes.
struct RunChanges {
  std::optional<int64_t> epochs = {};         ///< number of epochs in all
  std::optional<std::string> data_name = {};  ///< data that moved
};

/// What training does next in a run folder.
struct TrainingPlan {
  enum class Action {
    kStart,   ///< a new run, or one that was ended before its first step
    kResume,  ///< an interrupted run
    kExtend,  ///< a run, finished or not, with another number of epochs
    kNothing  ///< all epochs are done
  } action;
  RunFolder folder;
  Config config;       ///< of the run, with the number of epochs that was asked for
  DataConfig data;     ///< what to load: config.data, at the place that was asked for
  RunChanges changes;  ///< of a resumed run
};

/// Plans a new run. Throws Error(kUsage) for a value outside its range, or if the folder has a run.
TrainingPlan plan_new_run(const RunFolder& folder, const Config& config);

/// Plans to continue the run in `folder`. Throws Error(kUsage) if there is none, or if `asked` is another run: see
/// check_same_run. The number of epochs can differ, unless an option depends on it (see train_more), and data.name:
/// data that moved are compared by their content when training resumes.
TrainingPlan plan_resumed_run(const RunFolder& folder, const Config& asked, const Context& context = {});

/// Throws Error(kUsage) with the option if `asked` is not the config of the run in `folder`. These can differ:
/// data.dir, what is inferred from the data and not set in `asked`, and what adapt_config changes for the training set.
/// `training_set` is called only if it is needed.
void check_same_run(const RunFolder& folder, const Config& asked, const std::function<Dataset()>& training_set);

/// The model that a plan trains. That of a new run is adapted to `train` (see adapt_config) and has its weights of the
/// seed; `inferred` is what load_dataset found. Throws as Autoencoder.
Autoencoder make_model(const TrainingPlan& plan, const Dataset& train, const DataConfig& inferred,
                       const Context& context = {});

/// Trains as planned: start_run, resume_run or extend_run.
TrainResult train_run(const TrainingPlan& plan, Autoencoder& model, const DataSplit& data,
                      const TrainCallbacks& callbacks = {}, const Context& context = {});

/// Starts a run in a new folder: writes config.toml, trains, and writes model.safetensors, checkpoint.safetensors,
/// history.csv and summary.json after every epoch (several epochs shorter than a second together). Every file is
/// replaced through a temporary name. The folder is locked for the time of the run. Throws Error(kUsage) if the folder
/// already has a run or is in use, Error(kIo) if it cannot be written, and as train.
TrainResult start_run(const RunFolder& folder, Autoencoder& model, const DataSplit& data,
                      const TrainCallbacks& callbacks = {}, const Context& context = {});

/// Resumes an interrupted run, with the same bits as if it had not been interrupted (with the same number of threads).
/// `model` becomes the trained model. `changes` are written to its config.toml. Throws as start_run; Error(kData) for a
/// checkpoint that is truncated, of another version, or does not fit the config of the folder, and for data that are
/// not those of the run; Error(kUsage) if more epochs are done already or an option depends on their number (see
/// train_more).
TrainResult resume_run(const RunFolder& folder, Autoencoder& model, const DataSplit& data,
                       const TrainCallbacks& callbacks = {}, const Context& context = {},
                       const RunChanges& changes = {});

/// Resumes a run, finished or not, with `epochs` epochs in all. Throws as resume_run.
TrainResult extend_run(const RunFolder& folder, Autoencoder& model, const DataSplit& data, int64_t epochs,
                       const TrainCallbacks& callbacks = {}, const Context& context = {});

}  // namespace hourglass
