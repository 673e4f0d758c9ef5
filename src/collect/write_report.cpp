#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "analysis/evaluation_record.h"
#include "collect/collect.h"
#include "core/file.h"
#include "core/json.h"
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
  std::vector<std::pair<const char*, const Loss EpochRecord::*>> sets = {{"train", &EpochRecord::train},
                                                                         {"test", &EpochRecord::test}};
  if (has_validation) sets.insert(sets.begin() + 1, {"validation", &EpochRecord::validation});
  std::vector<Curve> curves;
  const auto add = [&](const std::string& name, auto value_of) {
    for (const auto& [set, loss] : sets) {
      Curve curve{name, set, {}};
      for (const EpochRecord& record : history) curve.values.push_back(value_of(record.*loss));
      const auto is_nan = [](double value) { return std::isnan(value); };
      if (!std::ranges::all_of(curve.values, is_nan)) curves.push_back(std::move(curve));
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

TrainingCurves training_curves(const Autoencoder& model, const DataSplit& data, const History& history) {
  const TrainConfig& train = model.config().train;
  TrainingCurves curves{loss_curves(history, data.validation.size() > 0), loss_scale(model.config().objective), {}, {}};
  const int64_t steps = steps_per_epoch(train, data.train.size());
  for (const EpochRecord& record : history) {
    curves.samples_per_second.push_back(record.samples_per_second);
    // The history does not record the rates of a plateau schedule, and L-BFGS has no schedule.
    if (train.schedule != "plateau" && train.optimizer != "lbfgs")
      curves.learning_rate.push_back(
          scheduled_learning_rate(train, {.step = record.epoch * steps - 1, .steps_per_epoch = steps}));
  }
  return curves;
}

/// "60,000 images", "1 image".
std::string quantity(int64_t n, const std::string& plural) {
  return count(n) + " " + (n == 1 ? plural.substr(0, plural.size() - 1) : plural);
}

std::vector<Headline> headlines(const Subject& subject, const History& history) {
  const Autoencoder& model = subject.model;
  const ReconstructionMetrics test = reconstruction_metrics(model, subject.data.test, subject.context);
  const Nouns& nouns = subject.nouns;
  const std::string set = subject.has_test ? "Test" : "Training";
  const std::string tested = quantity(test.num_samples, (subject.has_test ? "test " : "training ") + nouns.samples);
  std::vector<Headline> all = {{set + " mse", fmt::format("{:.4g}", test.mse),
                                fmt::format("Mean of (x − y)² over {} and {}.", nouns.values, tested)}};
  if (is_image(model.sample_shape()))
    all.push_back({set + " PSNR", fmt::format("{:.2f} dB", test.psnr_mean),
                   fmt::format("Mean over {} of 10 log₁₀(peak² / mse), peak {:.4g}.", tested, subject.range.width())});
  if (model.value_range().is_unit())
    all.push_back({set + " bce", fmt::format("{:.4g}", test.bce),
                   fmt::format("Mean of −x ln y − (1 − x) ln(1 − y) over {} and {}, in nats.", nouns.values, tested)});
  const double ratio = static_cast<double>(model.sample_dim()) / static_cast<double>(model.latent_dim());
  const std::string values = fmt::format("the {} of each {}", quantity(model.sample_dim(), nouns.values), nouns.sample);
  all.push_back({"Latents", count(model.latent_dim()),
                 model.latent_dim() >= model.sample_dim()
                     ? fmt::format("Not fewer than {}: this is not a bottleneck.", values)
                     : fmt::format("{} times fewer than {}.",
                                   ratio < 100 ? fmt::format("{:.3g}", ratio) : count(std::llround(ratio)), values)});
  all.push_back({"Parameters", count(model.num_parameters()), "Trained weights and biases, and running statistics."});
  if (history.empty()) return all;
  double seconds = 0;
  for (const EpochRecord& record : history) seconds += record.seconds;
  all.push_back({"Training", seconds_text(seconds),
                 fmt::format("{} of {}, without the time for tests.", quantity(std::ssize(history), "epochs"),
                             quantity(subject.data.train.size(), nouns.samples))});
  all.push_back(
      {"Samples / s", count(std::llround(history.back().samples_per_second)), "Training speed in the last epoch."});
  return all;
}

std::string headline_note(const Autoencoder& model) {
  std::string note = "x is a value as the model sees it, y its reconstruction.";
  if (model.network().is_gaussian())
    note += " Here the latent is its mean. The test loss of the training curves samples the latent.";
  if (corrupts(model.config().corruption))
    note += " Here the input is clean. The test loss of the training curves is measured on corrupted input.";
  return note;
}

/// How all pictures of the page are to be read: the order of the features on lines, if they have names, and what is
/// averaged.
std::string picture_note(const Subject& subject) {
  constexpr size_t kMostNamed = 20;
  const Shape& shape = subject.model.sample_shape();
  const std::vector<std::string>& names = subject.model.preprocessing().stored_form().feature_names;
  std::vector<std::string> notes;
  if (!is_image(shape) && names.size() > 1 && std::ssize(names) == subject.model.sample_dim())
    notes.push_back(fmt::format(
        "Each line goes through the features of a row{}.",
        names.size() <= kMostNamed ? ": " + join(names) : fmt::format(", from {} to {}", names.front(), names.back())));
  const int64_t block = block_size(shape);
  const std::string size = quantity(subject.model.sample_dim(), subject.nouns.values);
  if (block > 1 && is_image(shape))
    notes.push_back(fmt::format("An image has {}. The pictures on this page show means over squares of {} × {} pixels.",
                                size, block, block));
  else if (block > 1)
    notes.push_back(
        fmt::format("A row has {}. The lines on this page show means over {} neighboring features.", size, block));
  return join(notes, " ");
}

std::string repeat_command(const RunFolder& folder, const Autoencoder& model) {
  std::string command = fmt::format("hourglass train {}", shell_word(folder.config().generic_string()));
  const Json summary = parse_json(read_if_there(folder.summary()));
  if (model.config().train.threads == 0 && summary.is_object() && summary.contains("threads"))
    command += fmt::format(" --threads {}", json_text(summary["threads"]));
  return command;
}

RunReport collect(const RunFolder& folder, const Subject& subject) {
  const Autoencoder& model = subject.model;
  const Config& config = model.config();
  const std::string csv = read_if_there(folder.history());
  const History history = csv.empty() ? History{} : history_from_csv(csv, folder.history().string());

  RunReport report;
  report.title = fmt::format("{} on {}", config.model.name, subject.data.train.name());
  report.subtitle =
      fmt::format("An autoencoder from {} to {} and back, trained for {} on {}.",
                  quantity(model.sample_dim(), subject.nouns.values), quantity(model.latent_dim(), "latents"),
                  quantity(std::ssize(history), "epochs"), quantity(subject.data.train.size(), subject.nouns.samples));
  report.headlines = headlines(subject, history);
  report.headline_note = headline_note(model);
  report.warnings = collect_warnings(subject);
  report.sample_shape = model.sample_shape();
  report.range = subject.range;
  report.picture_note = picture_note(subject);
  for (const LayerSummary& layer : model.summary())
    report.layers.push_back({layer.part, layer.layer, layer.output_shape, layer.num_parameters});
  if (!history.empty()) report.curves = training_curves(model, subject.data, history);
  report.preprocessing = collect_preprocessing(subject);
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
  report.evaluation = json_text(read_evaluations(folder.evaluation(), model.weights_fingerprint()));
  return report;
}

}  // namespace

void write_report(const RunFolder& folder, const Autoencoder& model, const DataSplit& data, const Context& context) {
  const bool has_test = data.test.size() > 0;
  const DataSplit shown = has_test ? data : DataSplit{data.train, data.train, data.validation};
  write_file_atomically(folder.report(), run_page(collect(folder, make_subject(model, shown, context, has_test))));
}

}  // namespace hourglass
