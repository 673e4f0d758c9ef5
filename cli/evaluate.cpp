#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/evaluation/evaluator.h"
#include "analysis/evaluation_record.h"
#include "command.h"
#include "core/text.h"
#include "evaluation_text.h"
#include "hourglass/anomaly_labels.h"
#include "hourglass/error.h"
#include "hourglass/run_folder.h"
#include "model/corruption.h"
#include "run_arguments.h"
#include "stage_display.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct EvaluateArguments {
  explicit EvaluateArguments(Arguments& arguments) : run(arguments) {
    arguments
        .add("--metrics", options.metrics,
             "families or single metrics instead of the summary. Families: " + join(evaluation_families()))
        .value("A,B,...")
        .separated();
    arguments.add("--all", all, "measure all families; this can take minutes").excludes("--metrics");
    const auto add = [&](const char* flag, auto& value, const char* help) {
      arguments.add(flag, value, help).value("N").shows_default();
    };
    add("--components", options.components, "Gaussians in the mixture that estimates the likelihood");
    add("--draws", options.likelihood_draws, "samples of that mixture");
    add("--importance-draws", options.importance_draws, "samples per image, for the importance-weighted bound");
    add("--clusters", options.clusters, "clusters of k-means and mixture; 0: the number of classes");
    add("--neighbors", options.neighbors, "neighbors in the nearest-neighbor classifier");
    add("--generated", options.generated, "generated samples that are compared with the data");
    arguments.add("--noise", options.noise, "noise variances of the denoising metrics")
        .value("V,V,...")
        .separated()
        .shows_default();
    arguments
        .add("--anomaly-class", options.anomaly_class,
             "the class of the anomalies, to measure detection; default: 1, if the classes are 0 and 1")
        .value("CLASS");
    add("--seed", options.seed, "seed of all random draws");
  }
  RunArguments run;
  EvaluationOptions options;
  bool all = false;
};

/// Rejects options of families that are not measured.
void check_options(const EvaluateArguments& arguments) {
  if (arguments.all || !arguments.options.metrics.empty()) return;
  arguments.run.arguments().reject_unused(
      {"--components", "--draws", "--importance-draws", "--clusters", "--neighbors", "--generated", "--noise"},
      "the summary does not measure what it is for. Add --all or --metrics.");
}

std::string notes(const Autoencoder& model, const RunData& data, const EvaluationSubject& subject) {
  std::string text;
  if (data.sets.train.size() > 0)
    text = fmt::format("\n  Classifiers and baselines are fitted on the training set of {}, {} {}.{}\n",
                       subject.fitted_on, count(data.sets.train.size()), samples_noun(data.sets.train.sample_shape()),
                       clips_pca(model) ? " Reconstructions of pca are clipped to 0...1." : "");
  if (model.config().model.latent != "plain")
    text += "  The latent is its mean; the test loss of training samples it.\n";
  if (corrupts(model.config().corruption))
    text += "  The input is clean; the test loss of training is measured on corrupted samples.\n";
  return text;
}

/// Metrics that were requested by name and not measured.
std::string missing_by_name(const Evaluation& evaluation) {
  std::vector<std::string> names;
  for (const MissingMetric& missing : evaluation.missing)
    if (missing.asked) names.push_back(missing.metric + " (" + missing.reason + ")");
  return join(names, "; ");
}

Evaluation measure(const Autoencoder& model, const RunData& data, const EvaluateArguments& arguments) {
  EvaluationOptions options = arguments.options;
  if (!options.anomaly_class.empty()) samples_of_class(data.labeled, options.anomaly_class);
  options.anomalies = anomaly_labels(data.labeled, "", options.anomaly_class);
  if (options.metrics.empty() && !arguments.all)
    options = summary_options(model, data.sets.train, data.chosen, options);
  Terminal terminal(arguments.run.output().notes());
  StageDisplay display(terminal);
  Context context = arguments.run.context();
  context.on_progress = display.callback();
  return evaluate_chosen(model, data, options, context);
}

/// What was measured is printed, even if it cannot be stored.
std::string store(const RunFolder& folder, const Json& evaluation) {
  try {
    store_evaluation(folder.evaluation(), evaluation);
    return fmt::format("\n  All numbers and tables: {}\n", folder.evaluation().string());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kIo) throw;
    return fmt::format("\n  Warning: not stored. {}\n", error.what());
  }
}

int evaluate_run(EvaluateArguments& arguments) {
  check_options(arguments);
  const Autoencoder model = arguments.run.load_model();
  const RunData data = arguments.run.load(model, RunArguments::Training::kIfAvailable);
  const Evaluation evaluation = measure(model, data, arguments);
  const EvaluationSubject subject = evaluation_subject(arguments.run.run(), model, data);

  const Json json = to_json(evaluation, subject);
  std::string written;
  if (const RunFolder folder{arguments.run.run()}; std::filesystem::is_directory(folder.path)) {
    if (data.is_own || !data.other.empty())
      written = store(folder, json);
    else
      written =
          "\n  Not stored: the data are split in another way than for training, so that samples of the training set "
          "can be among these.\n";
  }
  const bool is_summary = !arguments.all && arguments.options.metrics.empty();
  arguments.run.output().print(
      fmt::format("{} on {} {}{}, {} latents\n\n{}{}{}{}", subject.model, count(data.chosen.size()), data.description(),
                  data.other.empty() ? " of " + data.chosen.name() : "", count(model.latent_dim()),
                  evaluation_text(evaluation), notes(model, data, subject), written,
                  is_summary
                      ? "  --all measures likelihood, clusters, completion, denoising, generation and detection too.\n"
                      : ""),
      [&] { return json; });
  const std::string missing = missing_by_name(evaluation);
  if (!is_summary && !missing.empty()) throw Error(ErrorKind::kData, "Not measured: " + missing);
  return kDone;
}

}  // namespace

Action declare_evaluate(Arguments& app) {
  const auto arguments = std::make_shared<EvaluateArguments>(app);
  return [arguments] { return evaluate_run(*arguments); };
}

}  // namespace hourglass::cli
