#include "train/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>

#include "hourglass/error.h"
#include "model/model_file.h"
#include "train/history.h"

namespace hourglass {
namespace {

int64_t number_entry(const SafetensorsFile& file, const std::string& key, const std::filesystem::path& path,
                     int64_t least = 0) {
  const std::string& text = metadata_entry(file, key, path);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least)
    throw Error(ErrorKind::kData, fmt::format("'{}': its entry '{}' is '{}'; expected an integer of at least {}.",
                                              path.string(), key, text, least));
  return value;
}

// Sums are stored as the 16 hexadecimal digits of their bits, so that they are restored exactly.
std::string bits_of(double value) { return fmt::format("{:016x}", std::bit_cast<uint64_t>(value)); }

double bits_entry(const SafetensorsFile& file, const std::string& key, const std::filesystem::path& path) {
  const std::string& text = metadata_entry(file, key, path);
  uint64_t bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits, 16);
  if (error != std::errc() || end != text.data() + text.size() || text.size() != 16)
    throw Error(ErrorKind::kData,
                fmt::format("'{}': its entry '{}' is '{}'; expected 16 hexadecimal digits.", path.string(), key, text));
  return std::bit_cast<double>(bits);
}

std::string sum_key(size_t term) { return fmt::format("epoch_sum.{}", name(static_cast<LossTerm>(term))); }
constexpr const char* kBestWeights = "best";
std::string moment_name(size_t moment) { return fmt::format("moment.{}", moment); }

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const Autoencoder& model, const Trainer& trainer) {
  const TrainState& state = trainer.state();
  auto metadata = model_metadata(model, "checkpoint");
  metadata["workers"] = fmt::format("{}", trainer.workers());
  metadata["step"] = fmt::format("{}", state.step);
  metadata["epoch_rows"] = fmt::format("{}", state.epoch_rows);
  metadata["epoch_seconds"] = bits_of(state.epoch_seconds);
  for (size_t term = 0; term < state.epoch_sums.terms.size(); ++term)
    metadata[sum_key(term)] = bits_of(state.epoch_sums.terms[term]);
  metadata["plateau_best"] = bits_of(state.plateau.best);
  metadata["plateau_epochs"] = fmt::format("{}", state.plateau.epochs);
  metadata["plateau_drops"] = fmt::format("{}", state.plateau.drops);
  metadata["best_epoch"] = fmt::format("{}", state.best.epoch);
  metadata["best_loss"] = bits_of(state.best.loss);
  metadata["ended"] = fmt::format("{}", int{state.ended});
  metadata["history"] = history_to_csv(state.history, objective_terms(model));

  const Network& network = model.network();
  std::vector<SafetensorsView> tensors = model_tensors(model);
  for (size_t i = 0; i < trainer.moments().size(); ++i)
    tensors.push_back(
        {moment_name(i), {network.flat_size()}, {trainer.moments()[i], static_cast<size_t>(network.flat_size())}});
  if (state.best.epoch > 0) tensors.push_back({kBestWeights, {network.flat_size()}, trainer.best_weights()});
  write_safetensors(path, metadata, tensors);
}

Checkpoint load_checkpoint(const std::filesystem::path& path) {
  const SafetensorsFile file = read_model_file(path, "checkpoint");
  Checkpoint checkpoint{
      model_from_file(file, path), static_cast<int>(number_entry(file, "workers", path, 1)), {}, {}, {}};
  TrainState& state = checkpoint.state;
  state.step = number_entry(file, "step", path);
  state.epoch_rows = number_entry(file, "epoch_rows", path);
  state.epoch_seconds = bits_entry(file, "epoch_seconds", path);
  for (size_t term = 0; term < state.epoch_sums.terms.size(); ++term)
    state.epoch_sums.terms[term] = bits_entry(file, sum_key(term), path);
  state.plateau.best = bits_entry(file, "plateau_best", path);
  state.plateau.epochs = number_entry(file, "plateau_epochs", path);
  state.plateau.drops = number_entry(file, "plateau_drops", path);
  state.best = {number_entry(file, "best_epoch", path), bits_entry(file, "best_loss", path)};
  state.ended = number_entry(file, "ended", path) != 0;
  state.history = history_from_csv(metadata_entry(file, "history", path), path.string() + " (history)");
  for (size_t i = 0;; ++i) {
    const auto stored = std::ranges::find(file.tensors, moment_name(i), &SafetensorsTensor::name);
    if (stored == file.tensors.end()) break;
    checkpoint.moments.push_back(stored->values);
  }
  const auto best = std::ranges::find(file.tensors, kBestWeights, &SafetensorsTensor::name);
  if (best != file.tensors.end()) checkpoint.best_weights = best->values;
  return checkpoint;
}

void restore(const Checkpoint& checkpoint, const std::filesystem::path& path, Trainer& trainer) {
  const size_t size = static_cast<size_t>(trainer.flat_size());
  const auto fits = [&](const AlignedVector<float>& moment) { return moment.size() == size; };
  if (checkpoint.moments.size() != trainer.moments().size() || !std::ranges::all_of(checkpoint.moments, fits))
    throw Error(ErrorKind::kData,
                fmt::format("'{}': it has {} moments; the optimizer of its config needs {} of {} "
                            "values.",
                            path.string(), checkpoint.moments.size(), trainer.moments().size(), size));
  for (size_t i = 0; i < checkpoint.moments.size(); ++i) std::ranges::copy(checkpoint.moments[i], trainer.moments()[i]);
  const size_t expected = checkpoint.state.best.epoch > 0 ? trainer.best_weights().size() : 0;
  if (checkpoint.best_weights.size() != expected)
    throw Error(ErrorKind::kData, fmt::format("'{}': it has {} values for the weights of the best epoch; expected {}.",
                                              path.string(), checkpoint.best_weights.size(), expected));
  const TrainState& state = checkpoint.state;
  const auto epochs = static_cast<int64_t>(state.history.size());
  const int64_t steps = trainer.steps_per_epoch();
  if (state.step < 0 || state.step / steps != epochs || state.best.epoch < 0 || state.best.epoch > epochs ||
      (state.ended && epochs == 0))
    throw Error(
        ErrorKind::kData,
        fmt::format("'{}': step {}, {} epochs in its history and best epoch {} do not fit together ({} steps per "
                    "epoch). Start a new run.",
                    path.string(), state.step, epochs, state.best.epoch, steps));
  std::ranges::copy(checkpoint.best_weights, trainer.best_weights().begin());
  trainer.state() = checkpoint.state;
}

}  // namespace hourglass
