// Training into a run folder, and resuming it.

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "config/option_differences.h"
#include "core/file.h"
#include "core/file_lock.h"
#include "core/json.h"
#include "hourglass/error.h"
#include "hourglass/fingerprint.h"
#include "hourglass/run_folder.h"
#include "train/check.h"
#include "train/checkpoint.h"
#include "train/history.h"
#include "train/trainer.h"

namespace hourglass {
namespace {

// Files are written at most once per interval, and after the last epoch or a stop.
constexpr std::chrono::milliseconds kBetweenSaves{1000};

std::vector<LossTerm> terms_of(const Autoencoder& model) { return objective_terms(model); }

/// The loss, and its terms if there are several.
Json to_json(const Loss& loss, const std::vector<LossTerm>& terms) {
  Json json = {{"loss", loss.total()}};
  if (terms.size() > 1)
    for (const LossTerm term : terms) json[name(term)] = loss[term];
  return json;
}

void save_summary(const RunFolder& folder, const Autoencoder& model, const Trainer& trainer,
                  const TrainCallbacks& callbacks) {
  const TrainState& state = trainer.state();
  const int64_t epochs = model.config().train.epochs;
  Json json = {{"model", model.config().model.name},
               {"data", model.config().data.name},
               {"finished", trainer.finished()},
               {"epochs_done", state.history.size()},
               {"epochs", epochs},
               {"steps", state.step},
               {"threads", trainer.workers()},
               {"parameters", model.num_parameters()},
               {"latent_dim", model.latent_dim()},
               {"loss_scale", loss_scale(model.config().objective)},
               {"weights", model.weights_fingerprint()}};
  if (!state.history.empty()) {
    const int64_t kept = trainer.kept_epoch();
    const EpochRecord& record = state.history[static_cast<size_t>(kept - 1)];
    double seconds = 0;
    for (const EpochRecord& each : state.history) seconds += each.seconds;
    json["kept_epoch"] = kept;
    for (const auto& [part, loss] :
         {std::pair{"train", &record.train}, {"validation", &record.validation}, {"test", &record.test}})
      if (!std::isnan(loss->total())) json[part] = to_json(*loss, terms_of(model));
    json["seconds"] = seconds;
    json["samples_per_second"] = record.samples_per_second;
    if (!std::isnan(record.learning_rate)) json["learning_rate"] = record.learning_rate;
    if (trainer.finished() && callbacks.measure) json["measured"] = callbacks.measure(model);
  }
  write_file_atomically(folder.summary(), json_text(json) + "\n");
}

void save_run(const RunFolder& folder, const Autoencoder& model, const Trainer& trainer,
              const TrainCallbacks& callbacks) {
  save_checkpoint(folder.checkpoint(), model, trainer);
  model.save(folder.model());
  write_file_atomically(folder.history(), history_to_csv(trainer.state().history, terms_of(model)));
  save_summary(folder, model, trainer, callbacks);
}

TrainResult run_and_save(const RunFolder& folder, Autoencoder& model, Trainer& trainer,
                         const TrainCallbacks& callbacks) {
  auto last_save = std::chrono::steady_clock::now();
  const auto save = [&] {
    save_run(folder, model, trainer, callbacks);
    last_save = std::chrono::steady_clock::now();
  };
  const auto after_epoch = [&] {
    if (trainer.finished() || std::chrono::steady_clock::now() - last_save >= kBetweenSaves) save();
  };
  try {
    return trainer.run(callbacks, after_epoch, save);
  } catch (const Error& error) {
    if (!trainer.diverged()) throw;
    throw Error(ErrorKind::kDiverged,
                fmt::format("{} The last good checkpoint is in '{}'.", error.what(), folder.checkpoint().string()));
  }
}

/// Returns whether the folder has only the config.toml that this run wrote before it was ended, before its first step.
bool was_ended_at_start(const RunFolder& folder, const Config& config) {
  if (std::filesystem::exists(folder.checkpoint())) return false;
  const std::string text = read_file(folder.config());
  const Config stored = parse_config(text, folder.config().string());
  return text == to_toml(stored) && option_differences({stored, config}).empty();
}

void make_folder(const RunFolder& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder.images(), error);
  if (error)
    throw Error(ErrorKind::kIo,
                fmt::format("Cannot create the run folder '{}': {}.", folder.path.string(), error.message()));
}

void check_new(const RunFolder& folder, const Config& config) {
  if (folder.has_run() && !was_ended_at_start(folder, config))
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' already has a run, or a config.toml of another one. Add --resume to continue the "
                            "run, or choose another folder with --out.",
                            folder.path.string()));
}

}  // namespace

TrainResult start_run(const RunFolder& folder, Autoencoder& model, const DataSplit& data,
                      const TrainCallbacks& callbacks, const Context& context) {
  Trainer trainer(model, data, training_workers(model.config(), context));
  check_new(folder, model.config());  // before the folder is created
  make_folder(folder);
  const FolderLock lock(folder.path);
  check_new(folder, model.config());
  model.set_trained_on(fingerprint(data, context));
  write_file_atomically(folder.config(), to_toml(model.config()));
  // Save before the first step: the run can be resumed at any time, and a full disk is reported before hours of
  // training.
  save_run(folder, model, trainer, callbacks);
  log_warnings(model, context);
  return run_and_save(folder, model, trainer, callbacks);
}

namespace {

void check_resumable(const RunFolder& folder) {
  if (!std::filesystem::exists(folder.checkpoint()))
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' has no run to resume: '{}' is missing. Start a run without --resume.",
                            folder.path.string(), folder.checkpoint().filename().string()));
}

/// A checkpoint can be newer than config.toml; see resume_checkpoint.
Checkpoint read_checkpoint(const RunFolder& folder) {
  Checkpoint checkpoint = load_checkpoint(folder.checkpoint());
  const Config& stored = checkpoint.model.config();
  Config config = load_config(folder.config());
  config.train.epochs = stored.train.epochs;
  config.data.name = stored.data.name;
  if (to_toml(config) != to_toml(stored))
    throw Error(
        ErrorKind::kData,
        fmt::format("'{}' and '{}' have different configs. Restore the config that the run was started with, or "
                    "start a new run.",
                    folder.config().string(), folder.checkpoint().string()));
  return checkpoint;
}

// What a resumed run changes (the number of epochs, the name of data that moved) is first written to the checkpoint,
// then to config.toml. If the program is killed in between, the checkpoint counts.
TrainResult resume_checkpoint(const RunFolder& folder, Checkpoint& checkpoint, Autoencoder& model,
                              const DataSplit& data, const TrainCallbacks& callbacks, const Context& context) {
  if (checkpoint.model.trained_on())  // not a run of an earlier version
    check_fingerprint(*checkpoint.model.trained_on(), data, "Restore the data, or start a new run.", context);
  model = std::move(checkpoint.model);
  Trainer trainer(model, data, context.threads > 0 ? context.threads : checkpoint.workers);
  restore(checkpoint, folder.checkpoint(), trainer);
  const bool changed = to_toml(load_config(folder.config())) != to_toml(model.config());
  if (changed) save_checkpoint(folder.checkpoint(), model, trainer);
  if (changed) write_file_atomically(folder.config(), to_toml(model.config()));
  log_warnings(model, context);
  TrainResult result = run_and_save(folder, model, trainer, callbacks);
  // A run that was killed after its last checkpoint has older files next to it.
  if (result.steps == checkpoint.state.step) save_run(folder, model, trainer, callbacks);
  return result;
}

}  // namespace

TrainResult extend_run(const RunFolder& folder, Autoencoder& model, const DataSplit& data, int64_t epochs,
                       const TrainCallbacks& callbacks, const Context& context) {
  return resume_run(folder, model, data, callbacks, context, {.epochs = epochs, .data_name = {}});
}

TrainResult resume_run(const RunFolder& folder, Autoencoder& model, const DataSplit& data,
                       const TrainCallbacks& callbacks, const Context& context, const RunChanges& changes) {
  check_resumable(folder);
  const FolderLock lock(folder.path);
  Checkpoint checkpoint = read_checkpoint(folder);
  const auto done = static_cast<int64_t>(checkpoint.state.history.size());
  const Config& config = checkpoint.model.config();
  if (const int64_t epochs = changes.epochs.value_or(config.train.epochs); epochs != config.train.epochs) {
    if (epochs < done)
      throw Error(ErrorKind::kUsage, fmt::format("The run in '{}' has trained {} epochs. {} is less than that.",
                                                 folder.path.string(), done, epochs));
    check_extendable(config);
    checkpoint.model.set_epochs(epochs);
  }
  if (changes.data_name) checkpoint.model.set_data_name(*changes.data_name);
  return resume_checkpoint(folder, checkpoint, model, data, callbacks, context);
}

}  // namespace hourglass
