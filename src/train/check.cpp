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
[[noreturn]] void refuse(fmt::format_string<Words...> text, Words&&... words) {
  throw Error(ErrorKind::kUsage, fmt::format(text, std::forward<Words>(words)...));
}

void check_samples(const Autoencoder& model, const Dataset& part, const char* which) {
  if (part.size() > 0 && part.sample_dim() != model.sample_dim())
    refuse("The {} part of '{}' has samples of {} values ({}); the model takes {} ({}).", which, part.name(),
           part.sample_dim(), to_string(part.sample_shape()), model.sample_dim(), to_string(model.sample_shape()));
}

void check_batches(const TrainConfig& train, const Dataset& data) {
  if (data.size() == 0) refuse("There are no training samples. Give a training part of at least one.");
  if (data.size() < train.batch_size)
    refuse("train.batch_size is {}, but '{}' has only {} training samples. Set train.batch_size to at most {}.",
           train.batch_size, data.name(), data.size(), data.size());
  const int64_t batches = train.batch_size == 0 ? 1 : (data.size() + train.batch_size - 1) / train.batch_size;
  if (train.accumulate > batches)
    refuse("train.accumulate is {}, but an epoch has only {} batch{}{}. Set train.accumulate to at most {}{}.",
           train.accumulate, batches, batches == 1 ? "" : "es",
           train.batch_size == 0 ? " (train.batch_size is 0: the whole training part)"
                                 : fmt::format(" of {}", train.batch_size),
           batches, train.batch_size > 1 ? ", or train.batch_size lower" : "");
}

void check_patience(const TrainConfig& train, const DataParts& data) {
  if (train.patience > 0 && data.validation.size() == 0)
    refuse(
        "train.patience is {}, but '{}' has no validation part to judge by, and the test part is never used for "
        "choices. Set data.validation=0.1, or train.patience=0.",
        train.patience, data.train.name());
}

// The layers of a model of which `is` holds, as "encoder layer 2 (dropout 0.2)"; "" where there is none.
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
    refuse(
        "train.batch_size is 0, the whole training part, which is taken slice by slice; but {} needs all samples of "
        "a batch at once. Take layer_norm in its place, or set train.batch_size.",
        norm);
}

// A solver compares values of one smooth function.
void check_solver(const Config& config, const Network& network, const Dataset& train_part) {
  const TrainConfig& train = config.train;
  constexpr const char* kOther = "or another train.optimizer, such as adam";
  if (train.batch_size != 0)
    refuse(
        "train.optimizer is lbfgs, which needs the gradient of the whole training part, but train.batch_size is {}. "
        "Set train.batch_size=0, {}.",
        train.batch_size, kOther);
  const std::string noise = find_layer(network, [](const Layer& layer) { return layer.draws_noise(); });
  if (!noise.empty())
    refuse("train.optimizer is lbfgs, which needs the same loss for the same weights, but {} draws noise. {}, {}.",
           noise, network.is_gaussian() ? "Set model.latent=plain" : "Leave the layer out", kOther);
  if (train_part.transform().draws())
    refuse(
        "train.optimizer is lbfgs, which needs the same loss for the same weights, but 'bernoulli' of data.preprocess "
        "draws anew in every step. Take 'binarize 0.5' in its place, {}.",
        kOther);
  if (corrupts(config.corruption))
    refuse(
        "train.optimizer is lbfgs, which needs the same loss for the same weights, but [corruption] draws noise "
        "anew in every step. Set its options to 0, {}.",
        kOther);
  if (config.objective.weight_l1 > 0)
    refuse(
        "train.optimizer is lbfgs, which needs a smooth loss, but objective.weight_l1 is {}. Set "
        "objective.weight_l1=0 (weight_l2 is smooth), {}.",
        config.objective.weight_l1, kOther);
  if (train.clip_norm > 0 || train.clip_value > 0)
    refuse("train.optimizer is lbfgs, which needs the gradient as it is, but {} is {}. Set it to 0, {}.",
           train.clip_norm > 0 ? "train.clip_norm" : "train.clip_value",
           train.clip_norm > 0 ? train.clip_norm : train.clip_value, kOther);
  if (train.schedule != "constant" || train.warmup_epochs > 0)
    refuse("train.optimizer is lbfgs, which finds its own step sizes, but {}. Set {}, {}.",
           train.schedule != "constant" ? fmt::format("train.schedule is {}", train.schedule)
                                        : fmt::format("train.warmup_epochs is {}", train.warmup_epochs),
           train.schedule != "constant" ? "train.schedule=constant" : "train.warmup_epochs=0", kOther);
}

// Whether an LSTM's output, which lies within (-1, 1), is what the decoder gives.
bool ends_in_lstm(const Autoencoder& model) { return model.config().model.decoder.back().starts_with("lstm"); }

}  // namespace

std::vector<std::string> training_warnings(const Autoencoder& model) {
  std::vector<std::string> warnings;
  if (ends_in_lstm(model))
    warnings.push_back(
        "The decoder ends in an LSTM, whose output lies between -1 and 1 and reaches neither: values of 1, which data "
        "in [0, 1] have, are only approached. End model.decoder with 'linear output', 'sigmoid' to reach all.");
  return warnings;
}

void log_warnings(const Autoencoder& model, const Context& context) {
  if (!context.log) return;
  for (const std::string& warning : training_warnings(model)) context.log("Warning: " + warning);
}

void check_training(const Autoencoder& model, const DataParts& data) {
  const Config& config = model.config();
  check_samples(model, data.train, "training");
  check_samples(model, data.validation, "validation");
  check_samples(model, data.test, "test");
  check_batches(config.train, data.train);
  check_patience(config.train, data);
  if (config.train.batch_size == 0) check_whole_batch(model.network());
  if (config.train.optimizer == "lbfgs") check_solver(config, model.network(), data.train);
}

}  // namespace hourglass
