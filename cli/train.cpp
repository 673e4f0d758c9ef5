#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "analysis/evaluation_record.h"
#include "command.h"
#include "config_flags.h"
#include "core/text.h"
#include "hourglass/error.h"
#include "hourglass/report.h"
#include "hourglass/run_folder.h"
#include "loss_text.h"
#include "model/corruption.h"
#include "model/network.h"
#include "model_summary.h"
#include "results.h"
#include "run_text.h"
#include "stage_display.h"
#include "stop_signals.h"
#include "terminal.h"
#include "text.h"
#include "train_display.h"

namespace hourglass::cli {
namespace {

constexpr int64_t kNumImagesDrawn = 32;

struct TrainArguments {
  explicit TrainArguments(Arguments& arguments) : all(arguments), flags(arguments) {
    arguments.add("MODEL", model, "preset ('hourglass models' lists them) or TOML file; default: fc");
    arguments.add("--out", out, "run folder; default: runs/MODEL-DATA, with a number if that exists").value("DIR");
    arguments.add("--resume", resume, "continue the run in folder MODEL or --out; a larger --epochs extends it");
    arguments.add("--terms", terms, "print every term of the loss after each epoch");
    arguments.add("--no-report", no_report, "do not write report.html");
    add_data_flags(flags);
    add_training_flags(flags);
    flags.add("--encoder", "model.encoder", "LAYERS");
    flags.add("--latent", "model.latent", "LATENT");
    flags.add("--decoder", "model.decoder", "LAYERS");
    flags.add_set();
    arguments.set_footer(
        "Examples:\n"
        "  hourglass train fc\n"
        "  hourglass train rae --data fashion-mnist --data-dir ~/data --epochs 20\n"
        "  hourglass train fc --data sensors.csv --set data.label_column=state\n"
        "  hourglass train conv --latent \"gaussian 32\"\n"
        "  hourglass train --encoder \"linear 64, relu, linear 8\" --decoder \"linear 64, relu, linear output, "
        "sigmoid\"\n"
        "  hourglass train --resume runs/fc-synthetic-digits --epochs 80\n\n"
        "Ctrl-C finishes the current step, saves everything and exits with 130; --resume continues to the same "
        "result.");
  }

  std::string model;  ///< preset, TOML file or, with `resume`, a run folder; can be empty
  std::string out;    ///< run folder; can be empty
  bool resume = false;
  bool no_report = false;
  bool terms = false;
  Arguments& all;
  ConfigFlags flags;
};

std::vector<LossTerm> terms_of(const Autoencoder& model) { return objective_terms(model); }

/// Says that nothing keeps the model from copying its input, or "".
std::string copy_text(const Autoencoder& model) {
  const ObjectiveConfig& objective = model.config().objective;
  const bool is_limited = model.network().is_gaussian() || corrupts(model.config().corruption) ||
                          objective.latent_l1 > 0 || objective.latent_kl_beta > 0;
  if (is_limited || model.latent_dim() < model.sample_dim()) return "";
  return "  The latent has as many units as a sample has values or more, so that the model can copy its input. To "
         "learn "
         "what\n  samples have in common, set a smaller model.latent_dim, noise on the input or a penalty of the "
         "latent.\n";
}

/// The model, the data and the training, before the first step.
void print_summary(Terminal& terminal, const TrainingPlan& plan, const Autoencoder& model, const DataSplit& data,
                   const Context& context) {
  const Config& config = model.config();
  terminal.print(terminal.bold(fmt::format("{}: {} values to {} latents and back", config.model.name,
                                           count(model.sample_dim()), count(model.latent_dim()))));
  terminal.print("\n" + model_summary(model, context));
  terminal.print(
      fmt::format("  data      {}: {} training and {} test {}, {}{}", data.train.name(), count(data.train.size()),
                  count(data.test.size()), samples_noun(model.sample_shape()),
                  bytes(data.train.stored_bytes() + data.test.stored_bytes()),
                  data.validation.size() > 0 ? fmt::format(", {} for validation", count(data.validation.size())) : ""));
  terminal.print(fmt::format("  training  {}, {}, {}, epochs: {}, seed: {}, threads: {}",
                             objective_text(config.objective, model.network().is_gaussian()),
                             optimizer_text(config.train), batch_text(config.train), count(plan.config.train.epochs),
                             config.train.seed, num_threads(context)));
  for (const auto& [label, text] :
       {std::pair{"input", join(config.data.preprocess)},
        std::pair{"noise", describe(config.corruption, model.value_scale())},
        std::pair{"schedule", schedule_text(config.train)}, std::pair{"ending", patience_text(config.train)},
        std::pair{"clipping", clipping_text(config.train)}})
    if (!text.empty()) terminal.print(fmt::format("  {:<10}{}", label, text));
  terminal.print(fmt::format("  folder    {}\n{}", plan.folder.path.string(), copy_text(model)));
}

/// What the user should know about the end: training that ended early, or a model that is not of the last epoch.
std::string end_text(const TrainConfig& train, const TrainResult& result) {
  const auto epochs = static_cast<int64_t>(result.history.size());
  if (result.kept_epoch < epochs)
    return fmt::format(
        "  The model is that of epoch {}, which has the lowest validation loss{}.\n", result.kept_epoch,
        epochs < train.epochs ? fmt::format("; the {} epochs after it were not lower", count(train.patience)) : "");
  return epochs < train.epochs ? fmt::format("  Training ended after epoch {}: no lower loss was found.\n", epochs)
                               : "";
}

/// The results of a finished run, measured once for the terminal, the JSON and the page.
struct Results {
  std::optional<ReconstructionMetrics> test;
  LatentStatistics latent;
  bool has_picture = false, has_report = false;
};

/// Thrown when a signal ends the work after training.
struct Interrupted {};

Results finish(const TrainArguments& arguments, const RunFolder& folder, const Autoencoder& model,
               const DataSplit& data, Terminal& terminal, const StopSignals& signals, Context context) {
  StageDisplay display(terminal);
  context.on_progress = [&signals, show = display.callback()](const Stage& stage) {
    if (*signals.flag()) throw Interrupted();
    show(stage);
  };
  Results results;
  const bool has_test = data.test.size() > 0;
  if (has_test) results.test = reconstruction_metrics(model, data.test, context);
  results.latent = latent_statistics(model, has_test ? data.test : data.train, context);
  results.has_picture = is_image(model.sample_shape()) && has_test;
  if (results.has_picture) {
    std::filesystem::create_directories(folder.images());
    write_image_grid(folder.images() / "reconstructions.png",
                     reconstruction_rows(model, data.test, kNumImagesDrawn, context));
  }
  if (arguments.no_report) return results;
  context.progress("writing the report", 0, 1);
  if (has_test) store_summary(folder.evaluation(), folder.path.string(), model, data, context);
  write_report(folder, model, data, context);
  results.has_report = true;
  return results;
}

std::string finished_text(const Terminal& terminal, const RunFolder& folder, const Autoencoder& model,
                          const TrainResult& result, const Results& results) {
  double seconds = 0;
  for (const EpochRecord& record : result.history) seconds += record.seconds;
  std::vector<std::vector<std::string>> files = {
      {folder.model().filename(), "the trained model; this file is enough to use it"},
      {folder.config().filename(),
       fmt::format("all options; 'hourglass train {}' repeats the run", shell_word(folder.config().string()))},
      {folder.history().filename(), "the loss after each epoch"},
      {folder.summary().filename(), "the result"}};
  if (results.has_picture) files.push_back({"images/reconstructions.png", "originals above reconstructions"});
  files.push_back({folder.checkpoint().filename(), "the state of training, to continue it"});
  if (results.has_report && results.test)
    files.push_back({folder.evaluation().filename(), "the metrics that the page shows"});
  if (results.has_report) files.push_back({folder.report().filename(), "a page with everything, for the browser"});
  const std::string run = shell_word(folder.path.string());
  std::vector<std::vector<std::string>> next = {
      {"hourglass evaluate " + run, "more metrics; --all for all of them"},
      {"hourglass embed " + run, "a picture of the latents in two dimensions"},
      {"hourglass encode " + run + " --out latents.csv", "the latents as a table"}};
  if (!is_image(model.sample_shape()))
    next[1] = {"hourglass detect " + shell_word(model.config().data.name), "the unusual rows, and why"};
  const ObjectiveConfig& objective = model.config().objective;
  const EpochRecord& kept = result.history[static_cast<size_t>(result.kept_epoch - 1)];
  const bool are_images = is_image(model.sample_shape());
  return fmt::format("\n{}. Training took {}.\n\n{}{}\n{}{}\n{}\nIn {}:\n{}\nNext:\n{}", terminal.bold("Done"),
                     duration(seconds), results.test ? metrics_table("test", *results.test, are_images) : "",
                     end_text(model.config().train, result), loss_table(kept, terms_of(model)),
                     loss_legend(objective, terms_of(model)),
                     latent_text(results.latent, model.network().is_gaussian(), samples_noun(model.sample_shape())),
                     folder.path.string(), table("<<", files), table("<<", next));
}

Json to_json(const TrainingPlan& plan, const Autoencoder& model, const TrainResult& result, const Results& results) {
  Json json = {{"run", plan.folder.path.string()},
               {"model", model.config().model.name},
               {"data", model.config().data.name},
               {"latent_dim", model.latent_dim()},
               {"num_parameters", model.num_parameters()},
               {"finished", result.finished},
               {"kept_epoch", result.kept_epoch},
               {"steps", result.steps},
               {"loss_scale", loss_scale(model.config().objective)}};
  if (results.test) json["test"] = cli::to_json(*results.test, is_image(model.sample_shape()));
  json["history"] = Json::array();
  for (const EpochRecord& record : result.history) json["history"].push_back(cli::to_json(record, terms_of(model)));
  return json;
}

/// Trains until the end or a signal. Returns 0, or the exit code of the signal.
int run_training(const TrainArguments& arguments, const TrainingPlan& plan, Autoencoder& model, const DataSplit& data,
                 Terminal& terminal, const StopSignals& signals, const Context& context, TrainResult& result) {
  TrainDisplay display(terminal, {.epochs = plan.config.train.epochs,
                                  .has_kl = model.network().is_gaussian(),
                                  .shows_terms = arguments.terms,
                                  .terms = terms_of(model)});
  const TrainCallbacks callbacks = {
      .on_epoch = [&](const EpochRecord& record) { return display.on_epoch(record), true; },
      .on_progress = [&](const Progress& progress) { return display.on_progress(progress), true; },
      .stop = signals.flag(),
      .measure = [&](const Autoencoder& trained) { return latent_results(trained, data, context); }};
  result = train_run(plan, model, data, callbacks, context);
  return result.finished ? kDone : signals.exit_code();
}

/// The plan of a new run, or with --resume that of the run in --out, or in MODEL.
TrainingPlan make_plan(const TrainArguments& arguments) {
  const Context noting = arguments.flags.noting();
  const auto named = [&] { return named_config(arguments.model.empty() ? "fc" : arguments.model, noting); };
  if (!arguments.resume) {
    Config config = named();
    arguments.flags.apply(config);
    return plan_new_run(arguments.out.empty() ? new_run_folder(config) : RunFolder{arguments.out}, config);
  }
  const bool model_is_folder = arguments.out.empty();
  const RunFolder folder{model_is_folder ? arguments.model : arguments.out};
  if (folder.path.empty())
    throw Error(ErrorKind::kUsage, "--resume needs a run folder: hourglass train --resume --out DIR.");
  Config asked;
  if (folder.has_run()) {
    asked = load_config(folder.config());
    if (!model_is_folder && !arguments.model.empty()) {
      const int64_t epochs = asked.train.epochs;
      asked = named();
      asked.train.epochs = epochs;
    }
    arguments.flags.apply(asked);
  }
  return plan_resumed_run(folder, asked, noting);
}

/// Whether the page was written after the last training.
bool has_page(const RunFolder& folder) {
  std::error_code missing;
  const auto page = std::filesystem::last_write_time(folder.report(), missing);
  return !missing && page >= std::filesystem::last_write_time(folder.summary(), missing);
}

int train(const TrainArguments& arguments) {
  TrainingPlan plan = make_plan(arguments);
  // A run that was killed after its last step has no page yet.
  if (plan.action == TrainingPlan::Action::kNothing && !arguments.no_report && !has_page(plan.folder))
    plan.action = TrainingPlan::Action::kResume;
  const Output& output = arguments.all.output();
  const std::string run = plan.folder.path.string();
  if (plan.action == TrainingPlan::Action::kNothing) {
    output.print(
        fmt::format("The run in '{}' is complete: all {} epochs are done. To train longer, give more --epochs.\n", run,
                    plan.config.train.epochs),
        [&] {
          return Json{{"run", run}, {"finished", true}, {"epochs", plan.config.train.epochs}};
        });
    return kDone;
  }
  Terminal terminal(output.stream());
  StageDisplay reading(terminal, kQuietReading);
  const Context context = {.threads = static_cast<int>(plan.config.train.threads),
                           .log = [&](const std::string& line) { terminal.print(line); },
                           .on_progress = reading.callback()};
  if (is_standard_stream(plan.data.name))
    throw Error(ErrorKind::kUsage,
                "--data - is not possible for a run, which reads its data again later. Save the data to a file.");
  DataConfig inferred;
  const DataSplit loaded = load_dataset(plan.data, context, &inferred);
  Autoencoder model = make_model(plan, loaded.train, inferred, context);
  if (plan.action == TrainingPlan::Action::kStart) plan.config.train = model.config().train;
  const DataSplit data = with_validation(loaded, model.config().data, context);
  print_summary(terminal, plan, model, data, context);
  if (plan.action == TrainingPlan::Action::kResume || plan.action == TrainingPlan::Action::kExtend)
    terminal.print(fmt::format("Resuming after {} of {} epochs.", count(plan.folder.epochs_done()),
                               count(plan.config.train.epochs)));

  const StopSignals signals;
  TrainResult result;
  int exit_code = run_training(arguments, plan, model, data, terminal, signals, context, result);
  Results results;
  if (result.finished) {
    try {
      results = finish(arguments, plan.folder, model, data, terminal, signals, context);
      terminal.print(finished_text(terminal, plan.folder, model, result, results));
    } catch (const Interrupted&) {
      exit_code = signals.exit_code();
      terminal.print(
          fmt::format("\nTraining is complete and saved. The page is not written. To write it:\n"
                      "  hourglass report {}",
                      shell_word(run)));
    }
  } else {
    terminal.print(
        fmt::format("\nStopped after step {}; everything is saved. To continue to the same result:\n"
                    "  hourglass train --resume {}",
                    count(result.steps), shell_word(run)));
  }
  if (output.json()) output.print("", [&] { return to_json(plan, model, result, results); });
  return exit_code;
}

}  // namespace

Action declare_train(Arguments& app) {
  const auto arguments = std::make_shared<TrainArguments>(app);
  return [arguments] { return train(*arguments); };
}

}  // namespace hourglass::cli
