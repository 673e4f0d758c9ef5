#include "latents.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "hourglass/error.h"
#include "hourglass/sampling.h"
#include "terminal.h"
#include "text.h"

namespace hourglass::cli {
namespace {

// The number of samples that the study of regularized autoencoders fits its mixture on.
constexpr int64_t kMostFitted = 18000;

/// At most `most`, and one for ten different points.
int64_t default_components(const Tensor& latents, int64_t most) {
  constexpr int64_t kPointsPerComponent = 10;
  std::set<std::vector<float>> points;
  for (int64_t i = 0; i < latents.rows() && std::ssize(points) < most * kPointsPerComponent; ++i)
    points.emplace(latents.row(i).begin(), latents.row(i).end());
  return std::clamp<int64_t>(std::ssize(points) / kPointsPerComponent, 1, most);
}

}  // namespace

LatentSource::LatentSource(Arguments& arguments) {
  arguments
      .add("--from", from_,
           "prior (Gaussian latents), mixture (fitted on latents of the training set), or auto: prior if there is one")
      .one_of({"auto", "prior", "mixture"})
      .shows_default();
  arguments.add("--components", components_, "number of Gaussians in the mixture")
      .value("N")
      .range(1, 10000)
      .shows_default();
  arguments.add("--seed", seed_, "seed of the samples").value("N").shows_default();
}

DrawnLatents LatentSource::draw(const RunArguments& run, const Autoencoder& model, int64_t count) const {
  const bool has_prior = model.config().model.latent != "plain";
  if (from_ == "prior" && !has_prior)
    throw Error(ErrorKind::kUsage,
                "The latent of the model is plain, so there is no prior to sample from. Use --from mixture.");
  if (has_prior && from_ != "mixture") {
    const std::string reason = "samples are drawn from the prior. Omit it, or add --from mixture.";
    run.reject_data_arguments(reason);
    run.arguments().reject_unused({"--components"}, reason);
    return {sample_prior(count, model.latent_dim(), seed_), "the prior"};
  }
  // The density is fitted on the training set unless the caller chooses other samples.
  const bool chooses = run.arguments().given("--part") || run.arguments().given("--data");
  RunData data = run.load(model, chooses ? RunArguments::Training::kNotUsed : RunArguments::Training::kRequired);
  if (!chooses) {
    data.chosen = data.sets.train;
    data.part = "train";
  }
  const Dataset& all = data.chosen;
  const Dataset fitted = all.select(balanced_rows(all.size(), all.labels(), kMostFitted, seed_));
  MixtureOptions options;
  const Tensor latents = model.encode(fitted, run.context());
  options.components = run.arguments().given("--components") ? components_ : default_components(latents, components_);
  options.seed = seed_;
  Terminal terminal(run.output().notes());
  terminal.rewrite(
      fmt::format("fitting a mixture of {} Gaussians on {} latents", options.components, cli::count(fitted.size())));
  const LatentDensity density = fit_latent_density(latents, options, run.context());
  return {density.sample(count, seed_),
          fmt::format("a mixture of {} Gaussian{} fitted on the latents of {} {}{}", options.components,
                      options.components == 1 ? "" : "s", cli::count(fitted.size()), data.description(),
                      density.mixture.converged ? "" : " (not converged)")};
}

}  // namespace hourglass::cli
