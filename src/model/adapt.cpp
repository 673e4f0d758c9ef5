#include "hourglass/adapt.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "core/text.h"
#include "hourglass/error.h"
#include "model/component_start.h"
#include "preprocess/one_hot.h"

namespace hourglass {
namespace {

const Preset* find_preset(const Config& config) {
  const auto preset = std::ranges::find(presets(), config.model.name, &Preset::name);
  return preset == presets().end() ? nullptr : &*preset;
}

std::string found_text(const Dataset& train, const ValueRange& range) {
  return fmt::format("the values of '{}' are from {:.4g} to {:.4g}", train.name(), range.low, range.high);
}

// Whether the caller set one of these options.
bool chose(const Config& config, std::initializer_list<const char*> keys) {
  return std::ranges::any_of(
      keys, [&](const char* key) { return std::ranges::find(config.chosen, key) != config.chosen.end(); });
}

bool is_table(const Dataset& train) { return train.sample_shape().size() == 1; }

/// Standardizes the features of a table whose values are outside [0, 1], unless the caller chose other steps.
void standardize_table(AdaptedConfig& adapted, const Preset* preset, const Dataset& train, const Context& context) {
  std::vector<std::string>& steps = adapted.config.data.preprocess;
  const bool are_of_preset =
      preset && preset->sample_shape.size() > 1 && !steps.empty() && steps == preset->config.data.preprocess;
  const bool only_impute = !steps.empty() && std::ranges::all_of(steps, [](const std::string& step) {
    return step.starts_with("impute") || step.starts_with("one_hot");
  });
  if (!is_table(train) || !(steps.empty() || are_of_preset || only_impute)) return;
  const ValueRange raw = are_of_preset ? Preprocessing::fit({}, train).range() : adapted.preprocessing.range();
  if (raw.is_unit()) return;
  adapted.changes.push_back(fmt::format("Features: standardized, because {}{}.", found_text(train, raw),
                                        are_of_preset ? fmt::format("; '{}' is for images", join(steps))
                                        : only_impute ? fmt::format("; data.preprocess is '{}', standardize", steps[0])
                                                      : " and data.preprocess is empty"));
  if (!only_impute) steps.clear();
  steps.emplace_back("standardize");
  adapted.preprocessing = Preprocessing::fit(steps, train, context);
}

/// Makes sure that the output of the decoder can reach the preprocessed values.
void adapt_output(AdaptedConfig& adapted, const Preset* preset, bool own_decoder, const Dataset& train) {
  const ValueRange range = adapted.preprocessing.range();
  if (range.low >= 0 && range.high <= 1) return;
  std::vector<std::string>& decoder = adapted.config.model.decoder;
  std::string& loss = adapted.config.objective.reconstruction;
  const bool has_sigmoid = !decoder.empty() && trim(decoder.back()) == "sigmoid";
  const std::vector<std::string> linear(decoder.begin(), decoder.end() - (has_sigmoid ? 1 : 0));
  const bool own_loss = loss != (preset ? preset->config.objective : ObjectiveConfig()).reconstruction;
  if (has_sigmoid && (own_decoder || (loss == "bce" && own_loss)))
    throw Error(
        ErrorKind::kUsage,
        fmt::format(
            "The decoder ends in 'sigmoid', whose output is from 0 to 1{}, but {}. Use a linear output, --decoder "
            "\"{}\", with --set objective.reconstruction=mse, or scale the values to [0, 1] with --set "
            "\"data.preprocess=minmax\".",
            loss == "bce" ? " as the loss bce needs" : "", found_text(train, range), join(linear)));
  if (!has_sigmoid) return;
  decoder = linear;
  std::string change = fmt::format(
      "Output: linear, without the default sigmoid, because {} and a sigmoid is "
      "between 0 and 1.",
      adapted.changes.empty() ? found_text(train, range) : "values are outside [0, 1]");
  if (loss == "bce") {
    loss = "mse";
    change += " Loss: mse instead of bce.";
  }
  adapted.changes.push_back(std::move(change));
}

/// The latent of a preset for images can end in ReLU, as its study has it. With the few latents of a table, a unit that
/// is 0 for all rows costs too much.
void adapt_latent(AdaptedConfig& adapted, const Preset* preset, const Dataset& train) {
  std::vector<std::string>& encoder = adapted.config.model.encoder;
  const ObjectiveConfig& objective = adapted.config.objective;
  const std::vector<std::string>& own = preset ? preset->config.model.encoder : ModelConfig().encoder;
  const bool is_sparse = objective.latent_l1 > 0 || objective.latent_kl_beta > 0;
  if (!is_table(train) || is_sparse || encoder != own || encoder.size() < 2 || encoder.back() != "relu") return;
  encoder.pop_back();
  adapted.changes.emplace_back("Latent: linear, without the default ReLU, in which units can be 0 for all rows.");
}

/// The KL divergence is a sum over latents. Next to a mean over values it would weigh as many times too much as a
/// sample has values, and the posterior would collapse.
void adapt_reduction(AdaptedConfig& adapted) {
  ObjectiveConfig& objective = adapted.config.objective;
  if (adapted.config.model.latent == "plain" || objective.reduction == "sum" ||
      objective.kl_weight != ObjectiveConfig().kl_weight)
    return;
  objective.reduction = "sum";
  adapted.changes.emplace_back(
      "Loss: objective.reduction is sum, because the KL divergence of a Gaussian latent is a sum over latents. To keep "
      "the mean, set objective.kl_weight.");
}

/// A default batch is at most the whole training set.
void adapt_batch(AdaptedConfig& adapted, const Preset* preset, const Dataset& train) {
  TrainConfig& config = adapted.config.train;
  const bool is_default = config.batch_size == (preset ? preset->config : Config()).train.batch_size &&
                          !chose(adapted.config, {"train.batch_size"});
  if (config.batch_size <= train.size() || !is_default) return;
  adapted.changes.push_back(
      fmt::format("Batch: train.batch_size is {} instead of {}, because there are only {} training "
                  "samples.",
                  train.size(), config.batch_size, train.size()));
  config.batch_size = train.size();
}

/// A small table needs many epochs for enough steps, and a large one needs few.
void adapt_epochs(AdaptedConfig& adapted, const Preset* preset, const Dataset& train) {
  constexpr int64_t kSteps = 400;
  TrainConfig& config = adapted.config.train;
  if (!preset || preset->name != "detector" || config.epochs != preset->config.train.epochs || config.batch_size == 0 ||
      chose(adapted.config, {"train.epochs"}))
    return;
  const int64_t steps = (train.size() + config.batch_size - 1) / config.batch_size;
  config.epochs = std::max<int64_t>(1, (kSteps + steps / 2) / steps);
  adapted.changes.push_back(
      fmt::format("Epochs: {}, for about {} steps with {} training samples.", config.epochs, kSteps, train.size()));
}

/// The preset fc on a table starts as principal components and ends when a validation set says so. On 30 tables of
/// ADBench its error on a test set is .44 of theirs (geometric mean), and never above it by more than two standard
/// errors; from random weights without early stopping it is .55, and above it on 4 tables. The batch, the number of
/// steps and the schedule were chosen on the same tables.
void adapt_training(AdaptedConfig& adapted, const Preset* preset, const Dataset& train) {
  constexpr int64_t kBatch = 256, kSteps = 4000, kFewestEpochs = 10, kPatience = 40, kFewestSamples = 50;
  constexpr double kValidation = 0.1;
  Config& config = adapted.config;
  if (!preset || preset->name != "fc" || !is_table(train)) return;
  const TrainConfig& own = preset->config.train;
  if (config.model.initializer == preset->config.model.initializer && !chose(config, {"model.initializer"}) &&
      can_start_from_components(Network(config.model, config.objective, adapted.preprocessing.output_shape(),
                                        adapted.preprocessing.categories()))) {
    config.model.initializer = "pca";
    adapted.changes.emplace_back("Start: the principal components of the training set (model.initializer=pca).");
  }
  if (config.train.epochs != own.epochs || config.train.patience != own.patience ||
      config.train.schedule != own.schedule || config.train.optimizer != own.optimizer || config.data.validation > 0 ||
      !config.data.validation_rows.empty() || config.train.batch_size == 0 || train.size() < kFewestSamples ||
      chose(config, {"train.epochs", "train.patience", "train.schedule", "train.optimizer", "data.validation"}))
    return;
  const int64_t trained = train.size() - std::llround(kValidation * static_cast<double>(train.size()));
  if (config.train.batch_size == own.batch_size && !chose(config, {"train.batch_size"}))
    config.train.batch_size = std::min(kBatch, trained);
  config.data.validation = kValidation;
  config.train.patience = kPatience;
  config.train.schedule = "cosine";
  const int64_t steps = (trained + config.train.batch_size - 1) / config.train.batch_size;
  config.train.epochs = std::max(kFewestEpochs, (kSteps + steps / 2) / steps);
  adapted.changes.push_back(
      fmt::format("Training: up to {} epochs, about {} steps of {} samples, with a cosine schedule. It ends {} epochs "
                  "after the best one on a validation set, a tenth of the training set.",
                  config.train.epochs, std::max(kSteps, kFewestEpochs * steps), config.train.batch_size, kPatience));
}

}  // namespace

AdaptedConfig adapt_config(Config config, const Dataset& train, const Context& context) {
  const Preset* preset = find_preset(config);
  const std::vector<std::string>& decoder = config.model.decoder;
  const bool own_decoder = decoder != ModelConfig().decoder && (!preset || decoder != preset->config.model.decoder);
  const bool own_sigmoid = own_decoder && !decoder.empty() && trim(decoder.back()) == "sigmoid";
  AdaptedConfig adapted{std::move(config), {}, {}};
  adapted.config.data.preprocess = with_categories(adapted.config.data.preprocess, train);
  adapted.preprocessing = Preprocessing::fit(adapted.config.data.preprocess, train, context);
  if (!own_sigmoid) standardize_table(adapted, preset, train, context);
  Config fitted = fit_preset(adapted.config, adapted.preprocessing.output_shape());
  if (fitted.model.encoder != adapted.config.model.encoder || fitted.model.decoder != adapted.config.model.decoder)
    adapted.changes.push_back(fmt::format("Layers: sizes of '{}' for samples of {}.", fitted.model.name,
                                          to_string(adapted.preprocessing.output_shape())));
  adapted.config = std::move(fitted);
  adapt_latent(adapted, preset, train);
  adapt_output(adapted, preset, own_decoder, train);
  adapt_reduction(adapted);
  adapt_training(adapted, preset, train);
  adapt_batch(adapted, preset, train);
  adapt_epochs(adapted, preset, train);
  if (context.log)
    for (const std::string& change : adapted.changes) context.log(change);
  return adapted;
}

}  // namespace hourglass
