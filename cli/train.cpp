#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <utility>

#include "command.h"
#include "core/text.h"
#include "hourglass/preprocessing.h"
#include "hourglass/report.h"
#include "loss_text.h"
#include "model/corruption.h"
#include "model/network.h"
#include "model_summary.h"
#include "output_range.h"
#include "results.h"
#include "run_text.h"
#include "stage_display.h"
#include "stop_signals.h"
#include "terminal.h"
#include "text.h"
#include "train_display.h"
#include "train_plan.h"

namespace hourglass::cli {
namespace {

constexpr int64_t kNumImagesDrawn = 32;

/// The model, the data and the way it is trained, before the first step.
void print_summary(Terminal& terminal, const TrainPlan& plan, const Autoencoder& model, const DataParts& data,
                   const Context& context) {
  const TrainConfig& train = plan.config.train;
  terminal.print(terminal.bold(fmt::format("{}: {} values to {} latents and back", plan.config.model.name,
                                           count(model.sample_dim()), count(model.latent_dim()))));
  terminal.print("\n" + model_summary(model, context));
  terminal.print(
      fmt::format("  data      {}: {} training and {} test {}, {}{}", data.train.name(), count(data.train.size()),
                  count(data.test.size()), samples_noun(model.sample_shape()),
                  bytes(data.train.stored_bytes() + data.test.stored_bytes()),
                  data.validation.size() > 0 ? fmt::format(", {} for validation", count(data.validation.size())) : ""));
  terminal.print(fmt::format("  training  {}, {}, {}, epochs: {}, seed: {}, threads: {}",
                             objective_text(plan.config.objective, model.network().is_gaussian()),
                             optimizer_text(train), batch_text(train), count(train.epochs), train.seed,
                             num_threads(context)));
  for (const auto& [label, text] :
       {std::pair{"prepared", join(plan.config.data.preprocess)},
        std::pair{"noise", describe(plan.config.corruption, model.value_scale())},
        std::pair{"schedule", schedule_text(train)}, std::pair{"ending", patience_text(train)},
        std::pair{"clipping", clipping_text(train)}})
    if (!text.empty()) terminal.print(fmt::format("  {:<10}{}", label, text));
  terminal.print(fmt::format("  folder    {}\n", plan.folder.path.string()));
}

void print_stopped(Terminal& terminal, const TrainPlan& plan, const TrainResult& result) {
  terminal.print(
      fmt::format("\nStopped after step {}; everything is saved. To continue to the same result:\n"
                  "  hourglass train --resume {}",
                  count(result.steps), shell_word(plan.folder.path.string())));
}

/// Why a run ended before its last epoch, or which of its epochs the model is from; "" where it is the last.
std::string end_text(const TrainConfig& train, const TrainResult& result) {
  const int64_t epochs = static_cast<int64_t>(result.history.size());
  if (result.kept_epoch < epochs)
    return fmt::format(
        "  The model is that of epoch {}, which has the lowest validation loss{}.\n", result.kept_epoch,
        epochs < train.epochs ? fmt::format("; none in {} epochs after it was lower", count(train.patience)) : "");
  return epochs < train.epochs ? fmt::format("  Ended after epoch {}: no lower loss was to be found.\n", epochs) : "";
}

/// Every term of the loss of the epoch that was kept, and what the latent does.
std::string results_text(const Autoencoder& model, const TrainResult& result, const LatentStatistics& latent) {
  const ObjectiveConfig& objective = model.config().objective;
  const EpochRecord& kept = result.history[static_cast<size_t>(result.kept_epoch - 1)];
  return fmt::format("{}\n{}{}\n{}", end_text(model.config().train, result),
                     loss_table(kept, loss_scales(objective, model.sample_dim())), loss_legend(objective),
                     latent_text(latent, model.network().is_gaussian()));
}

void print_finished(Terminal& terminal, const TrainPlan& plan, const TrainResult& result, const PartMetrics& metrics,
                    const std::string& results, bool has_picture, bool has_report) {
  double seconds = 0;
  for (const EpochRecord& record : result.history) seconds += record.seconds;
  std::vector<std::vector<std::string>> files = {
      {plan.folder.model().filename(), "the trained model; loads alone"},
      {plan.folder.config().filename(), "all options; 'hourglass train' repeats the run from it"},
      {plan.folder.history().filename(), "every term of the loss after each epoch"},
      {plan.folder.summary().filename(), "the result"}};
  if (has_picture) files.push_back({"images/reconstructions.png", "originals above reconstructions"});
  if (has_report) files.push_back({plan.folder.report().filename(), "all of it as a page for the browser"});
  const std::string run = shell_word(plan.folder.path.string());
  terminal.print(
      fmt::format("\n{} in {}.\n\n{}{}\nIn {}:\n{}\nNext:\n{}", terminal.bold("Done"), duration(seconds),
                  metrics_table(metrics), results, plan.folder.path.string(), table("<<", files),
                  table("<<", {{"hourglass evaluate " + run, "all metrics on both parts"},
                               {"hourglass reconstruct " + run, "a picture of other images: --count, --part"},
                               {"hourglass encode " + run + " --out z.npy", "the latents as an array"}})));
}

Json to_json(const TrainPlan& plan, const Autoencoder& model, const TrainResult& result, const PartMetrics& metrics) {
  Json json = {{"run", plan.folder.path.string()},
               {"model", plan.config.model.name},
               {"data", plan.config.data.name},
               {"latent_dim", model.latent_dim()},
               {"num_parameters", model.num_parameters()},
               {"finished", result.finished},
               {"kept_epoch", result.kept_epoch},
               {"steps", result.steps}};
  for (const auto& [part, measured] : metrics) json[part] = cli::to_json(measured);
  json["history"] = Json::array();
  for (const EpochRecord& record : result.history) json["history"].push_back(cli::to_json(record));
  return json;
}

/// Of the test part, or of the training part where there is none.
LatentStatistics latent_of(const Autoencoder& model, const DataParts& data, const Context& context) {
  return latent_statistics(model, data.test.size() > 0 ? data.test : data.train, context);
}

/// Trains until the end or a signal. Returns 0, or the exit code of the signal that stopped it.
int train_or_resume(const TrainArguments& arguments, const TrainPlan& plan, Autoencoder& model, const DataParts& data,
                    Terminal& terminal, const Context& context, TrainResult& result) {
  const StopSignals signals;
  const bool is_gaussian = model.network().is_gaussian();
  TrainDisplay display(terminal, {.epochs = plan.config.train.epochs,
                                  .has_kl = is_gaussian,
                                  .shows_terms = arguments.terms,
                                  .scales = loss_scales(plan.config.objective, model.sample_dim())});
  const TrainCallbacks callbacks = {
      .on_epoch = [&](const EpochRecord& record) { display.on_epoch(record); },
      .on_progress = [&](const Progress& progress) { display.on_progress(progress); },
      .stop = signals.flag(),
      .measure =
          [&](const Autoencoder& trained) { return latent_results(latent_of(trained, data, context), is_gaussian); }};
  result = (arguments.resume ? resume_run : start_run)(plan.folder, model, data, callbacks, context);
  return result.finished ? kDone : signals.exit_code();
}

int train(const TrainArguments& arguments) {
  TrainPlan plan = make_plan(arguments);
  Terminal terminal(arguments.quiet ? nullptr : arguments.json ? stderr : stdout);
  StageDisplay reading(terminal, kQuietReading);
  const Context context = {.threads = static_cast<int>(plan.config.train.threads),
                           .log = [&](const std::string& line) { terminal.print(line); },
                           .on_progress = reading.callback()};
  DataConfig inferred;
  const DataParts data = load_dataset(plan.data, context, &inferred);
  inferred.dir = plan.config.data.dir;  // what the run was started with
  plan.config.data = inferred;
  const Preprocessing fitted = arguments.resume ? Preprocessing::fit(plan.config.data.preprocess, data.train, context)
                                                : fit_to_values(plan.config, data.train, arguments.is_preset(),
                                                                arguments.has_preset_decoder(), context);
  Autoencoder model(plan.config, fitted);
  print_summary(terminal, plan, model, data, context);

  TrainResult result;
  const int exit_code = train_or_resume(arguments, plan, model, data, terminal, context, result);

  PartMetrics metrics;
  if (result.finished) {
    if (data.test.size() > 0) metrics.emplace_back("test", reconstruction_metrics(model, data.test, context));
    const bool draw = is_image(model.sample_shape()) && data.test.size() > 0;
    if (draw) {
      std::filesystem::create_directories(plan.folder.images());
      write_image_grid(plan.folder.images() / "reconstructions.png",
                       reconstruction_rows(model, data.test, kNumImagesDrawn, context));
    }
    if (!arguments.no_report) {
      terminal.rewrite("writing the report");
      write_report(plan.folder, model, data, context);
    }
    print_finished(terminal, plan, result, metrics, results_text(model, result, latent_of(model, data, context)), draw,
                   !arguments.no_report);
  } else {
    print_stopped(terminal, plan, result);
  }
  if (arguments.json) fmt::print("{}\n", to_json(plan, model, result, metrics).dump(2));
  return exit_code;
}

}  // namespace

Action declare_train(CLI::App& app) {
  const auto arguments = std::make_shared<TrainArguments>(app);
  return [arguments] { return train(*arguments); };
}

}  // namespace hourglass::cli
