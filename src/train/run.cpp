// Training into a run folder, and going on with it.

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "hourglass/error.h"
#include "train/check.h"
#include "train/checkpoint.h"
#include "train/history.h"
#include "train/trainer.h"

namespace hourglass {
namespace {

// Short epochs do not each pay for writing the files; the last epoch and a stop always do.
constexpr std::chrono::milliseconds kBetweenSaves{1000};

nlohmann::json terms_to_json(const Loss& loss) {
  nlohmann::json json;
  for (size_t i = 0; i < loss.terms.size(); ++i) json[name(static_cast<LossTerm>(i))] = loss.terms[i];
  json["total"] = loss.total();
  return json;
}

nlohmann::json to_json(const Loss& loss, const LossScales& scales) {
  nlohmann::json json = terms_to_json(loss);
  json["per_pixel"] = terms_to_json(loss.scaled(scales.per_pixel));
  json["per_image"] = terms_to_json(loss.scaled(scales.per_image));
  return json;
}

LossScales scales_of(const Autoencoder& model) { return loss_scales(model.config().objective, model.sample_dim()); }

void save_summary(const RunFolder& folder, const Autoencoder& model, const Trainer& trainer,
                  const TrainCallbacks& callbacks) {
  const TrainState& state = trainer.state();
  const int64_t epochs = model.config().train.epochs;
  nlohmann::json json = {{"model", model.config().model.name},
                         {"data", model.config().data.name},
                         {"finished", trainer.finished()},
                         {"epochs_done", state.history.size()},
                         {"epochs", epochs},
                         {"steps", state.step},
                         {"threads", trainer.workers()},
                         {"parameters", model.num_parameters()},
                         {"latent_dim", model.latent_dim()},
                         {"reduction", model.config().objective.reduction + " over the values of a sample, mean over "
                                                                            "samples"}};
  if (!state.history.empty()) {
    const int64_t kept = trainer.kept_epoch();
    const EpochRecord& record = state.history[static_cast<size_t>(kept - 1)];
    double seconds = 0;
    for (const EpochRecord& each : state.history) seconds += each.seconds;
    json["kept_epoch"] = kept;
    for (const auto& [part, loss] :
         {std::pair{"train", &record.train}, {"validation", &record.validation}, {"test", &record.test}})
      if (!std::isnan(loss->total())) json[part] = to_json(*loss, scales_of(model));
    json["seconds"] = seconds;
    json["images_per_second"] = record.images_per_second;
    if (trainer.finished() && callbacks.measure) json["measured"] = callbacks.measure(model);
  }
  write_file_atomically(folder.summary(), json.dump(2) + "\n");
}

void save_run(const RunFolder& folder, const Autoencoder& model, const Trainer& trainer,
              const TrainCallbacks& callbacks) {
  save_checkpoint(folder.checkpoint(), model, trainer);
  model.save(folder.model());
  write_file_atomically(folder.history(), history_to_csv(trainer.state().history, scales_of(model)));
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
    if (error.kind() != ErrorKind::kDiverged) throw;
    throw Error(ErrorKind::kDiverged, fmt::format("{} The last good checkpoint is kept in '{}'.", error.what(),
                                                  folder.checkpoint().string()));
  }
}

void make_folder(const RunFolder& folder) {
  if (std::filesystem::exists(folder.config()) || std::filesystem::exists(folder.checkpoint()))
    throw Error(ErrorKind::kUsage, fmt::format("'{}' already holds a run. Choose another folder, or continue it with "
                                               "--resume.",
                                               folder.path.string()));
  std::error_code error;
  std::filesystem::create_directories(folder.images(), error);
  if (error)
    throw Error(ErrorKind::kIo,
                fmt::format("Cannot make the run folder '{}': {}.", folder.path.string(), error.message()));
}

}  // namespace

TrainResult start_run(const RunFolder& folder, Autoencoder& model, const DataParts& data,
                      const TrainCallbacks& callbacks, const Context& context) {
  Trainer trainer(model, data, training_workers(model.config(), context));
  make_folder(folder);
  write_file_atomically(folder.config(), to_toml(model.config()));
  // From the first moment there is something to resume, and a full disk shows before hours of training.
  save_run(folder, model, trainer, callbacks);
  log_warnings(model, context);
  return run_and_save(folder, model, trainer, callbacks);
}

TrainResult resume_run(const RunFolder& folder, Autoencoder& model, const DataParts& data,
                       const TrainCallbacks& callbacks, const Context& context) {
  if (!std::filesystem::exists(folder.checkpoint()))
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' holds no run to resume: there is no '{}'. Start one without --resume.",
                            folder.path.string(), folder.checkpoint().filename().string()));
  Checkpoint checkpoint = load_checkpoint(folder.checkpoint());
  const Config config = load_config(folder.config());
  if (to_toml(config) != to_toml(checkpoint.model.config()))
    throw Error(ErrorKind::kData,
                fmt::format("'{}' and '{}' hold different configs. Put back the config that the run was "
                            "started with, or start a new run.",
                            folder.config().string(), folder.checkpoint().string()));
  model = std::move(checkpoint.model);
  Trainer trainer(model, data, context.threads > 0 ? context.threads : checkpoint.workers);
  restore(checkpoint, folder.checkpoint(), trainer);
  log_warnings(model, context);
  return run_and_save(folder, model, trainer, callbacks);
}

}  // namespace hourglass
