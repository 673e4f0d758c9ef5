#include "analysis/evaluation/evaluator.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/matrix.h"
#include "core/text.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

// Bounds on memory and time. A part beyond them is measured by a sample of it.
constexpr int64_t kMostMeasured = 10000;
constexpr int64_t kMostValues = 100'000'000;
// As many as the study of the regularized autoencoders fits its mixture on.
constexpr int64_t kMostDensitySamples = 18000;
// A full covariance must be cheap against the samples it is fitted on.
constexpr int64_t kMostDensityLatents = 256;

SeenPart see(const Autoencoder& model, const Dataset& all, int64_t most, uint64_t seed, const Context& context) {
  const std::vector<int64_t> rows = sampled_rows(all.size(), most, seed);
  const Dataset chosen = static_cast<int64_t>(rows.size()) < all.size() ? all.select(rows) : all;
  SeenPart part;
  part.images = model.prepare(chosen).read();
  part.latents = model.encode(chosen, context);
  part.labels.assign(chosen.labels().begin(), chosen.labels().end());
  return part;
}

}  // namespace

Evaluator::Evaluator(const Autoencoder& model_in, const DataParts& data_in, const EvaluationOptions& options_in,
                     const Context& context_in)
    : model(model_in), data(data_in), options(options_in), context(context_in) {
  result.part = options.part;
  result.noun = samples_noun(part().sample_shape());
  result.num_samples = part().size();
}

const SeenPart& Evaluator::measured() {
  if (!measured_) measured_ = see(model, part(), kMostMeasured, options.seed, context);
  check_finite(measured_->latents, "latents");
  return *measured_;
}

const SeenPart& Evaluator::train() {
  if (data.train.size() == 0)
    throw Error(ErrorKind::kData, "It is fitted on the part that the model was trained on, which is not at hand.");
  if (!train_) {
    const int64_t width = std::max(model.sample_dim(), model.latent_dim());
    train_ = see(model, data.train, std::max<int64_t>(1, kMostValues / width), options.seed, context);
  }
  check_finite(train_->latents, "training latents");
  return *train_;
}

const Pca& Evaluator::pca() {
  if (model.latent_dim() >= model.sample_dim())
    throw Error(ErrorKind::kUsage,
                fmt::format("The model has {} latents for {} values; as many principal components lose nothing.",
                            model.latent_dim(), model.sample_dim()));
  if (!pca_) pca_ = fit_pca(train().images, model.latent_dim(), context);
  return *pca_;
}

Tensor Evaluator::pca_reconstruct(const Tensor& images) {
  Tensor result_images = pca().decode(pca().encode(images, context), context);
  const ValueRange range = model.value_scale();
  const auto low = static_cast<float>(range.low), high = static_cast<float>(range.high);
  for (float& value : result_images.values()) value = std::clamp(value, low, high);
  return result_images;
}

const LatentDensity& Evaluator::density() {
  if (density_) return *density_;
  const SeenPart& seen = train();
  if (seen.latents.row_size() > kMostDensityLatents)
    throw Error(ErrorKind::kUsage,
                fmt::format("A mixture with full covariances is fitted on up to {} latents; the model has {}.",
                            kMostDensityLatents, seen.latents.row_size()));
  const std::vector<int64_t> rows = balanced_rows(seen.latents.rows(), seen.labels, kMostDensitySamples, options.seed);
  MixtureOptions mixture;
  mixture.components = options.components;
  mixture.seed = options.seed;
  density_samples_ = static_cast<int64_t>(rows.size());
  density_ = fit_latent_density(take_rows(seen.latents, rows), mixture, context);
  return *density_;
}

std::string Evaluator::density_text() {
  const LatentDensity& fitted = density();
  const auto constant = static_cast<int64_t>(fitted.values.size() - fitted.varying.size());
  return fmt::format(
      "mixture of {} full-covariance Gaussians over {} latents, fitted on {} training images in {} "
      "iterations{}{}",
      fitted.mixture.components, fitted.varying.size(), density_samples_, fitted.mixture.iterations,
      fitted.mixture.converged ? "" : " without convergence",
      constant > 0 ? fmt::format("; {} constant latents left out", constant) : "");
}

bool Evaluator::wants(const std::string& family, const std::string& metric) const {
  const auto asked = [&](const std::string& name) {
    return std::ranges::find(options.metrics, name) != options.metrics.end();
  };
  return options.metrics.empty() || asked(family) || asked(metric);
}

void Evaluator::add(Measurement measurement) {
  if (wants(measurement.family, measurement.metric)) result.measurements.push_back(std::move(measurement));
}

void Evaluator::begin_family(const std::string& name, size_t index, size_t count) {
  family_ = name;
  families_done_ = static_cast<double>(index);
  num_families_ = static_cast<double>(count);
  report("", 0);
}

void Evaluator::report(const std::string& what, double part) const {
  if (context.on_progress)
    context.on_progress({what.empty() ? family_ : family_ + ": " + what, (families_done_ + part) / num_families_});
}

void Evaluator::attempt(const std::string& what, const std::function<void()>& measure) {
  try {
    measure();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kData && error.kind() != ErrorKind::kUsage) throw;
    result.missing.push_back({what, error.what(), false});
  }
}

void check_labelled(const SeenPart& part) {
  if (part.labels.empty()) throw Error(ErrorKind::kData, "The data have no labels, which this compares with.");
}

}  // namespace hourglass
