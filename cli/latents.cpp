#include "latents.h"

#include <fmt/format.h>

#include "hourglass/error.h"
#include "hourglass/sampling.h"
#include "text.h"

namespace hourglass::cli {
namespace {

// As many as the study of the regularized autoencoders fits its mixture on.
constexpr int64_t kMostFitted = 18000;

}  // namespace

LatentSource::LatentSource(CLI::App& app) {
  app.add_option("--from", from_,
                 "prior (Gaussian latents), mixture (fitted on training latents), or auto: the first that fits")
      ->check(CLI::IsMember({"auto", "prior", "mixture"}))
      ->capture_default_str();
  app.add_option("--components", components_, "of the mixture")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{10000}))
      ->capture_default_str();
  app.add_option("--seed", seed_, "of the draw")->type_name("N")->capture_default_str();
}

DrawnLatents LatentSource::draw(const RunArguments& run, const Autoencoder& model, int64_t count) const {
  const bool has_prior = model.config().model.latent != "plain";
  if (from_ == "prior" && !has_prior)
    throw Error(ErrorKind::kUsage,
                "The model's latent is plain, so it has no prior to sample from. Use --from mixture.");
  if (has_prior && from_ != "mixture") return {sample_prior(count, model.latent_dim(), seed_), "the prior"};
  const RunData data = run.load_part(model);
  const Dataset& all = data.chosen();
  const Dataset chosen = all.select(balanced_rows(all.size(), all.labels(), kMostFitted, seed_));
  MixtureOptions options;
  options.components = components_;
  options.seed = seed_;
  const LatentDensity density = fit_latent_density(model.encode(chosen, run.context()), options, run.context());
  return {density.sample(count, seed_),
          fmt::format("a mixture of {} Gaussians fitted on the latents of {} {}{}", components_,
                      cli::count(chosen.size()), data.samples(), density.mixture.converged ? "" : " (not converged)")};
}

}  // namespace hourglass::cli
