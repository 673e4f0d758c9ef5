#include "train/check.h"

#include <fmt/format.h>

#include <string>

#include "data/sample_transform.h"
#include "hourglass/error.h"
#include "hourglass/trainer.h"
#include "model/corruption.h"
#include "model/network.h"

namespace hourglass {
namespace {

template <typename... Words>
[[noreturn]] void reject(fmt::format_string<Words...> text, Words&&... words) {
  throw Error(ErrorKind::kUsage, fmt::format(text, std::forward<Words>(words)...));
}

void check_samples(const Autoencoder& model, const Dataset& part, const char* which) {
  if (part.size() > 0 && part.sample_dim() != model.sample_dim())
    reject("The {} set of '{}' has samples of {} values ({}); the model takes {} ({}).", which, part.name(),
           part.sample_dim(), to_string(part.sample_shape()), model.sample_dim(), to_string(model.sample_shape()));
}

void check_batches(const TrainConfig& train, const Dataset& data) {
  if (data.size() == 0) reject("The training set is empty. Give at least one sample.");
  if (data.size() < train.batch_size)
    reject("train.batch_size is {}, but '{}' has only {} training samples. Set train.batch_size to at most {}.",
           train.batch_size, data.name(), data.size(), data.size());
  const int64_t batches = train.batch_size == 0 ? 1 : (data.size() + train.batch_size - 1) / train.batch_size;
  if (train.accumulate > batches)
    reject("train.accumulate is {}, but an epoch has only {} batch{}{}. Set train.accumulate to at most {}{}.",
           train.accumulate, batches, batches == 1 ? "" : "es",
           train.batch_size == 0 ? " (train.batch_size is 0: the whole training set)"
                                 : fmt::format(" of {}", train.batch_size),
           batches, train.batch_size > 1 ? ", or train.batch_size lower" : "");
}

void check_patience(const TrainConfig& train, const DataSplit& data) {
  if (train.patience > 0 && data.validation.size() == 0)
    reject(
        "train.patience is {}, but '{}' has no validation set. The test set is not used for early stopping. Set "
        "data.validation=0.1, or train.patience=0.",
        train.patience, data.train.name());
}

void check_schedule(const TrainConfig& train, const DataSplit& data) {
  const bool is_plateau = train.schedule == "plateau";
  if (is_plateau && data.validation.size() == 0)
    reject(
        "train.schedule is plateau, but '{}' has no validation set to watch. Set data.validation=0.1, or another "
        "train.schedule.",
        data.train.name());
  if ((is_plateau || train.schedule == "step") && train.schedule_every >= train.epochs)
    reject(
        "train.schedule is {} and train.schedule_every is {}, in epochs: with {} epochs the learning rate never drops. "
        "Set "
        "train.schedule_every to less.",
        train.schedule, train.schedule_every, train.epochs);
}

// load_dataset returns a validation set; callers with own data must call split.
void check_validation(const DataConfig& config, const DataSplit& data) {
  if (!config.validation_rows.empty() && data.validation.size() == 0)
    reject(
        "The config asks for a validation set (data.validation_rows is {}), but the data have none. Split them with "
        "split(data, config.data), or set data.validation_rows to \"\".",
        config.validation_rows);
}

// The first layer for which `is` is true, as "encoder layer 2 (dropout 0.2)"; "" if there is none.
template <typename Is>
std::string find_layer(const Network& network, const Is& is) {
  for (const Sequential* chain : {&network.encoder(), &network.latent(), &network.decoder()})
    for (const Sequential::Stage& stage : chain->stages())
      if (is(*stage.layer))
        return fmt::format("{} layer {} ({})", chain->part(), stage.entry + 1, chain->entries()[stage.entry].text);
  return "";
}

void check_whole_batch(const Network& network) {
  const std::string norm = find_layer(network, [](const Layer& layer) { return layer.exchange_size() > 0; });
  if (!norm.empty())
    reject(
        "train.batch_size is 0: the whole training set is processed in slices, but {} needs all samples of "
        "a batch at once. Use layer_norm instead, or set train.batch_size.",
        norm);
}

// L-BFGS needs a smooth loss without noise.
void check_solver(const Config& config, const Network& network, const Dataset& train_part) {
  const TrainConfig& train = config.train;
  constexpr const char* kOther = "or use another train.optimizer, such as adam";
  if (train.batch_size != 0)
    reject(
        "train.optimizer is lbfgs and needs the gradient of the whole training set, but train.batch_size is {}. "
        "Set train.batch_size=0, {}.",
        train.batch_size, kOther);
  const std::string noise = find_layer(network, [](const Layer& layer) { return layer.draws_noise(); });
  if (!noise.empty())
    reject("train.optimizer is lbfgs and needs the same loss for the same weights, but {} draws noise. {}, {}.", noise,
           network.is_gaussian() ? "Set model.latent=plain" : "Remove the layer", kOther);
  if (train_part.transform().draws())
    reject(
        "train.optimizer is lbfgs and needs the same loss for the same weights, but 'bernoulli' in data.preprocess "
        "draws new values in every step. Use 'binarize 0.5' instead, {}.",
        kOther);
  if (corrupts(config.corruption))
    reject(
        "train.optimizer is lbfgs and needs the same loss for the same weights, but [corruption] draws new noise "
        "in every step. Set its options to 0, {}.",
        kOther);
  if (config.objective.weight_l1 > 0)
    reject(
        "train.optimizer is lbfgs and needs a smooth loss, but objective.weight_l1 is {}. Set "
        "objective.weight_l1=0 (weight_l2 is smooth), {}.",
        config.objective.weight_l1, kOther);
  if (train.clip_norm > 0 || train.clip_value > 0)
    reject("train.optimizer is lbfgs and needs the gradient without clipping, but {} is {}. Set it to 0, {}.",
           train.clip_norm > 0 ? "train.clip_norm" : "train.clip_value",
           train.clip_norm > 0 ? train.clip_norm : train.clip_value, kOther);
  if (train.schedule != "constant" || train.warmup_epochs > 0)
    reject("train.optimizer is lbfgs and chooses its own step sizes, but {}. Set {}, {}.",
           train.schedule != "constant" ? fmt::format("train.schedule is {}", train.schedule)
                                        : fmt::format("train.warmup_epochs is {}", train.warmup_epochs),
           train.schedule != "constant" ? "train.schedule=constant" : "train.warmup_epochs=0", kOther);
}

// Samples are compared within a batch, so a step must be one.
void check_trim(const Config& config) {
  if (config.objective.trim == 0) return;
  if (config.train.batch_size == 0 || config.train.accumulate > 1)
    reject("objective.trim is {} and compares the samples of a batch, but {}. Set {}, or objective.trim=0.",
           config.objective.trim,
           config.train.batch_size == 0
               ? "train.batch_size is 0: the whole training set is processed in slices"
               : fmt::format("train.accumulate is {}: a step has several batches", config.train.accumulate),
           config.train.batch_size == 0 ? "train.batch_size" : "train.accumulate=1");
}

// Whether the output of the decoder is the output of an LSTM, which is in (-1, 1).
bool ends_in_lstm(const Autoencoder& model) { return model.config().model.decoder.back().starts_with("lstm"); }

}  // namespace

std::vector<std::string> training_warnings(const Autoencoder& model) {
  std::vector<std::string> warnings;
  if (ends_in_lstm(model))
    warnings.emplace_back(
        "The decoder ends in an LSTM, whose output is always below 1 and above -1. It cannot reach values of 1 "
        "exactly. "
        "To reach all values in [0, 1], end model.decoder with 'linear output', 'sigmoid'.");
  return warnings;
}

void check_extendable(const Config& config) {
  if (config.train.schedule == "cosine")
    reject("train.schedule is cosine, which depends on the number of epochs, so the number of epochs cannot change.");
  if (config.train.patience > 0)
    reject(
        "train.patience is {}: the run ends with the weights of its best epoch and cannot continue from the last one.",
        config.train.patience);
}

void log_warnings(const Autoencoder& model, const Context& context) {
  if (!context.log) return;
  for (const std::string& warning : training_warnings(model)) context.log("Warning: " + warning);
}

void check_training(const Autoencoder& model, const DataSplit& data) {
  const Config& config = model.config();
  check_samples(model, data.train, "training");
  check_samples(model, data.validation, "validation");
  check_samples(model, data.test, "test");
  check_batches(config.train, data.train);
  check_validation(config.data, data);
  check_schedule(config.train, data);
  check_patience(config.train, data);
  check_trim(config);
  if (config.train.batch_size == 0) check_whole_batch(model.network());
  if (config.train.optimizer == "lbfgs") check_solver(config, model.network(), data.train);
}

}  // namespace hourglass
