#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <set>

#include "command.h"
#include "core/file.h"
#include "core/text.h"
#include "evaluation_text.h"
#include "hourglass/error.h"
#include "hourglass/evaluation.h"
#include "model/corruption.h"
#include "run_arguments.h"
#include "stage_display.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct EvaluateArguments {
  explicit EvaluateArguments(CLI::App& app) : run(app, {"test", "train"}) {
    app.add_option("--metrics", options.metrics,
                   "families or single metrics; default: all that fit. Families: " + join(evaluation_families()))
        ->type_name("A,B,...")
        ->delimiter(',');
    const auto add = [&](const char* flag, auto& value, const char* type, const char* help) {
      app.add_option(flag, value, help)->type_name(type)->capture_default_str();
    };
    add("--components", options.components, "N", "of the mixture over latents that the likelihood is estimated by");
    add("--draws", options.likelihood_draws, "N", "from that mixture");
    add("--importance-draws", options.importance_draws, "N", "of each image, for the importance-weighted bound");
    add("--clusters", options.clusters, "N", "of k-means and mixture; 0: as many as classes");
    add("--neighbours", options.neighbours, "N", "that vote in the classifier by nearest neighbours");
    add("--generated", options.generated, "N", "samples that are compared with images");
    app.add_option("--noise", options.noise, "variances of the noise of the denoising metrics")
        ->type_name("V,V,...")
        ->delimiter(',')
        ->capture_default_str();
    add("--seed", options.seed, "N", "of every draw");
    app.add_flag("--json", json, "print JSON");
  }
  RunArguments run;
  EvaluationOptions options;
  bool json = false;
};

/// "all 5 rows of sensors", "10,000 test images of mnist"
std::string what_is_measured(const RunData& data) {
  return fmt::format("{}{} {}{}", data.part == "all" ? "all " : "", count(data.chosen().size()), data.samples(),
                     data.other.empty() ? " of " + data.chosen().name() : "");
}

/// The data of which the training part is what classifiers, clusters, mixtures and baselines are fitted on.
std::string fitted_on(const Autoencoder& model, const RunData& data) {
  return data.part == "all" ? data_title(model.config().data.name) : data.chosen().name();
}

std::string notes(const Autoencoder& model, const RunData& data) {
  std::string text =
      fmt::format("\n  What is fitted is fitted on the training part of {}, {} {}.\n", fitted_on(model, data),
                  count(data.parts.train.size()), samples_noun(data.parts.train.sample_shape()));
  if (model.config().model.latent != "plain")
    text += "  The latent is taken as its mean; the test loss of training draws it.\n";
  if (corrupts(model.config().corruption))
    text += "  The input is the clean image; the test loss of training is of corrupted ones.\n";
  return text;
}

/// Asked for by name and not measured.
std::string missing_by_name(const Evaluation& evaluation) {
  std::vector<std::string> names;
  for (const MissingMetric& missing : evaluation.missing)
    if (missing.asked) names.push_back(missing.metric + " (" + missing.reason + ")");
  return join(names, "; ");
}

Evaluation evaluate_with_display(const Autoencoder& model, const DataParts& data, const EvaluateArguments& arguments) {
  Terminal terminal(stderr);
  StageDisplay display(terminal);
  Context context = arguments.run.context();
  context.on_progress = display.callback();
  return evaluate(model, data, arguments.options, context);
}

int evaluate_run(EvaluateArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  const RunData data = arguments.run.load_data_at_hand(model);
  arguments.options.part = data.part == "train" ? "train" : "test";
  const Evaluation evaluation = evaluate_with_display(model, data.parts, arguments);

  const Json json = evaluation_json(evaluation, {{"run", arguments.run.run()},
                                                 {"model", model.config().model.name},
                                                 {"data", data.chosen().name()},
                                                 {"part", data.label()},
                                                 {"fitted_on", fitted_on(model, data)},
                                                 {"latent_dim", model.latent_dim()}});
  std::string written;
  if (std::filesystem::is_directory(arguments.run.run())) {
    const auto path = std::filesystem::path(arguments.run.run()) / "evaluation.json";
    write_file_atomically(path, merged_evaluations(path, json).dump(2) + "\n");
    written = fmt::format("\n  All numbers and tables: {}\n", path.string());
  }
  if (arguments.json)
    fmt::print("{}\n", json.dump(2));
  else
    fmt::print("{} on {}, {} latents\n\n{}{}{}", model.config().model.name, what_is_measured(data),
               count(model.latent_dim()), evaluation_text(evaluation), notes(model, data), written);
  const std::string missing = missing_by_name(evaluation);
  if (!missing.empty()) throw Error(ErrorKind::kData, "Not measured: " + missing);
  return kDone;
}

}  // namespace

Action declare_evaluate(CLI::App& app) {
  const auto arguments = std::make_shared<EvaluateArguments>(app);
  return [arguments] { return evaluate_run(*arguments); };
}

}  // namespace hourglass::cli
