#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "collect/collect.h"
#include "core/file.h"
#include "core/text.h"
#include "hourglass/metrics.h"
#include "hourglass/report.h"
#include "model/corruption.h"
#include "model/network.h"
#include "optim/schedule.h"
#include "train/history.h"

namespace hourglass {
namespace {

std::string read_if_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) ? read_file(path) : "";
}

std::vector<Curve> loss_curves(const History& history, bool has_validation) {
  std::vector<std::pair<const char*, const Loss EpochRecord::*>> parts = {{"train", &EpochRecord::train},
                                                                          {"test", &EpochRecord::test}};
  if (has_validation) parts.insert(parts.begin() + 1, {"validation", &EpochRecord::validation});
  std::vector<Curve> curves;
  const auto add = [&](const std::string& name, auto value_of) {
    for (const auto& [part, loss] : parts) {
      Curve curve{name, part, {}};
      for (const EpochRecord& record : history) curve.values.push_back(value_of(record.*loss));
      curves.push_back(std::move(curve));
    }
  };
  add("total", [](const Loss& loss) { return loss.total(); });
  for (int i = 0; i < kNumLossTerms; ++i) {
    const auto term = static_cast<LossTerm>(i);
    const auto is_on = [&](const EpochRecord& record) { return record.train[term] != 0 || record.test[term] != 0; };
    if (std::ranges::any_of(history, is_on)) add(name(term), [term](const Loss& loss) { return loss[term]; });
  }
  return curves;
}

TrainingCurves training_curves(const Autoencoder& model, const DataParts& data, const History& history) {
  const TrainConfig& train = model.config().train;
  TrainingCurves curves{loss_curves(history, data.validation.size() > 0), {}, {}};
  const int64_t steps = steps_per_epoch(train, data.train.size());
  for (const EpochRecord& record : history) {
    curves.images_per_second.push_back(record.images_per_second);
    // What a plateau did is not in the history, and a solver has none.
    if (train.schedule != "plateau" && train.optimizer != "lbfgs")
      curves.learning_rate.push_back(
          scheduled_learning_rate(train, {.step = record.epoch * steps - 1, .steps_per_epoch = steps}));
  }
  return curves;
}

std::vector<Headline> headlines(const Subject& subject, const History& history) {
  const Autoencoder& model = subject.model;
  const ReconstructionMetrics test = reconstruction_metrics(model, subject.data.test, subject.context);
  const std::string images = count(test.num_samples) + " test images";
  std::vector<Headline> all = {
      {"Test mse", fmt::format("{:.5f}", test.mse), "Mean of (x − y)² over values and " + images + "."},
      {"Test PSNR", fmt::format("{:.2f} dB", test.psnr_mean),
       fmt::format("Mean over {} of 10 log₁₀(peak² / mse), peak {:.4g}.", images, subject.range.width())}};
  if (model.value_range().is_unit())
    all.push_back({"Test bce", fmt::format("{:.5f}", test.bce),
                   "Mean of −x ln y − (1 − x) ln(1 − y) over values and " + images + ", in nats."});
  all.push_back({"Latents", count(model.latent_dim()),
                 fmt::format("For {} values of a sample: {:.3g} times fewer.", count(model.sample_dim()),
                             static_cast<double>(model.sample_dim()) / static_cast<double>(model.latent_dim()))});
  if (model.latent_dim() >= model.sample_dim())
    all.back().definition =
        fmt::format("As many as the {} values of a sample, or more: this is no bottleneck.", count(model.sample_dim()));
  all.push_back({"Parameters", count(model.num_parameters()), "Trained weights and biases, and running statistics."});
  if (history.empty()) return all;
  double seconds = 0;
  for (const EpochRecord& record : history) seconds += record.seconds;
  all.push_back({"Training", seconds_text(seconds),
                 fmt::format("{} epochs of {} images, without the test passes.", history.size(),
                             count(subject.data.train.size()))});
  all.push_back({"Images / s", count(std::llround(history.back().images_per_second)), "Trained in the last epoch."});
  return all;
}

std::string headline_note(const Autoencoder& model) {
  std::string note = "x is a value as the model saw it, y its reconstruction.";
  if (model.network().is_gaussian())
    note += " The latent is taken as its mean; the test loss of the training curves draws it.";
  if (corrupts(model.config().corruption))
    note += " The input is the clean image; the test loss of the training curves is of corrupted ones.";
  return note;
}

std::string repeat_command(const RunFolder& folder, const Autoencoder& model) {
  std::string command = fmt::format("hourglass train {}", folder.config().generic_string());
  const nlohmann::json summary = nlohmann::json::parse(read_if_there(folder.summary()), nullptr, false);
  if (model.config().train.threads == 0 && summary.is_object() && summary.contains("threads"))
    command += fmt::format(" --threads {}", summary["threads"].dump());
  return command;
}

RunReport collect(const RunFolder& folder, const Subject& subject) {
  const Autoencoder& model = subject.model;
  const Config& config = model.config();
  const std::string csv = read_if_there(folder.history());
  const History history = csv.empty() ? History{} : history_from_csv(csv, folder.history().string());

  RunReport report;
  report.title = fmt::format("{} on {}", config.model.name, subject.data.train.name());
  report.subtitle = fmt::format(
      "An autoencoder of {} values to {} latents and back, trained for {} epochs on {} images.",
      count(model.sample_dim()), count(model.latent_dim()), history.size(), count(subject.data.train.size()));
  report.headlines = headlines(subject, history);
  report.headline_note = headline_note(model);
  report.sample_shape = model.sample_shape();
  report.range = subject.range;
  for (const LayerSummary& layer : model.summary())
    report.layers.push_back({layer.part, layer.layer, layer.output_shape, layer.num_parameters});
  if (!history.empty()) report.curves = training_curves(model, subject.data, history);
  report.preparation = collect_preparation(subject);
  ReconstructionParts reconstructions = collect_reconstructions(subject);
  report.reconstructions = std::move(reconstructions.grids);
  report.class_errors = std::move(reconstructions.class_errors);
  LatentSpace space = collect_latent_space(subject);
  report.network = collect_network(subject, space);
  report.decodings = collect_decodings(subject, space, !report.network);
  report.latent_space = std::move(space);
  report.features = collect_features(subject);
  report.denoising = collect_denoising(subject);
  report.noise = {config.corruption.gaussian_variance, config.corruption.clamp, config.corruption.mask,
                  config.corruption.salt_and_pepper, config.corruption.hide};
  report.command = repeat_command(folder, model);
  report.config_toml = to_toml(config);
  report.evaluation = read_if_there(folder.evaluation());
  return report;
}

}  // namespace

void write_report(const RunFolder& folder, const Autoencoder& model, const DataParts& data, const Context& context) {
  write_file_atomically(folder.report(), run_page(collect(folder, make_subject(model, data, context))));
}

}  // namespace hourglass
