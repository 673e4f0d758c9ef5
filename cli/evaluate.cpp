#include <fmt/format.h>

#include <memory>

#include "command.h"
#include "model/corruption.h"
#include "results.h"
#include "run_arguments.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct EvaluateArguments {
  explicit EvaluateArguments(CLI::App& app) : run(app, {"both", "train", "test"}) {
    app.add_flag("--json", json, "print JSON");
  }
  RunArguments run;
  bool json = false;
};

int evaluate(const EvaluateArguments& arguments) {
  const RunArguments& run = arguments.run;
  const Autoencoder model = run.load_model();
  const DataParts data = run.load_data(model);
  PartMetrics parts;
  for (const auto& [part, dataset] : {std::pair{"train", &data.train}, std::pair{"test", &data.test}})
    if (run.part() == part || run.part() == "both")
      parts.emplace_back(part, reconstruction_metrics(model, *dataset, run.context()));

  if (arguments.json) {
    Json json = {{"run", run.run()},
                 {"model", model.config().model.name},
                 {"data", data.train.name()},
                 {"latent_dim", model.latent_dim()}};
    for (const auto& [part, metrics] : parts) json[part] = to_json(metrics);
    fmt::print("{}\n", json.dump(2));
  } else {
    fmt::print("{} on {}, {} latents\n\n{}\n{}", model.config().model.name, data.train.name(),
               count(model.latent_dim()), metrics_table(parts), metrics_legend());
    if (model.config().model.latent != "plain")
      fmt::print("  The latent is taken as its mean; the test loss of training draws it.\n");
    if (corrupts(model.config().corruption))
      fmt::print("  The input is the clean image; the test loss of training is of noisy ones.\n");
  }
  return kDone;
}

}  // namespace

Action declare_evaluate(CLI::App& app) {
  const auto arguments = std::make_shared<EvaluateArguments>(app);
  return [arguments] { return evaluate(*arguments); };
}

}  // namespace hourglass::cli
