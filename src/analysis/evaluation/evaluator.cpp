#include "analysis/evaluation/evaluator.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/matrix.h"
#include "core/text.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

// Limits of memory and time. Larger datasets are measured on a random subset.
constexpr int64_t kMaxMeasured = 10000;
constexpr int64_t kMaxValues = 100'000'000;
// The study of the regularized autoencoders fits its mixture on this number of samples.
constexpr int64_t kMaxDensitySamples = 18000;
// Limits the size of full covariances relative to the samples they are fitted on.
constexpr int64_t kMaxDensityLatents = 256;

const Dataset& choose_split(const DataSplit& data, const std::string& part) {
  return part == "train" ? data.train : part == "validation" ? data.validation : data.test;
}

EncodedSamples encode_samples(const Autoencoder& model, const Dataset& all, int64_t max_rows, uint64_t seed,
                              const Context& context) {
  const std::vector<int64_t> rows = sampled_rows(all.size(), max_rows, seed);
  const Dataset chosen = static_cast<int64_t>(rows.size()) < all.size() ? all.select(rows) : all;
  EncodedSamples encoded;
  encoded.samples = model.preprocess(chosen).read();
  encoded.latents = model.encode(chosen, context);
  encoded.labels.assign(chosen.labels().begin(), chosen.labels().end());
  encoded.rows = rows;
  return encoded;
}

}  // namespace

Evaluator::Evaluator(const Autoencoder& model_in, const DataSplit& data_in, const EvaluationOptions& options_in,
                     const Context& context_in)
    : model(model_in),
      data(data_in),
      options(options_in),
      context(context_in),
      dataset_(&choose_split(data_in, options_in.part)) {
  result.part = options.part;
  result.noun = samples_noun(dataset().sample_shape());
  result.num_samples = dataset().size();
}

const EncodedSamples& Evaluator::measured() {
  if (!measured_) measured_ = encode_samples(model, dataset(), kMaxMeasured, options.seed, context);
  check_finite(measured_->latents, "latents");
  return *measured_;
}

const EncodedSamples& Evaluator::train() {
  if (data.train.size() == 0) throw Error(ErrorKind::kData, "This is fitted on the training set, which is missing.");
  if (!train_) {
    const int64_t width = std::max(model.sample_dim(), model.latent_dim());
    train_ = encode_samples(model, data.train, std::max<int64_t>(1, kMaxValues / width), options.seed, context);
  }
  check_finite(train_->latents, "training latents");
  return *train_;
}

std::vector<int64_t> Evaluator::training_rows(std::span<const int64_t> measured_rows) {
  std::vector<int64_t> found(measured_rows.size(), -1);
  if (dataset_ != &data.train) return found;
  for (size_t i = 0; i < found.size(); ++i) {
    const int64_t row = measured().rows[static_cast<size_t>(measured_rows[i])];
    const auto at = std::ranges::lower_bound(train().rows, row);
    if (at != train().rows.end() && *at == row) found[i] = at - train().rows.begin();
  }
  return found;
}

const Pca& Evaluator::pca() {
  if (model.latent_dim() >= model.sample_dim())
    throw Error(
        ErrorKind::kUsage,
        fmt::format("The model has {} latents for {} values; this many principal components reconstruct exactly.",
                    model.latent_dim(), model.sample_dim()));
  const int64_t rows = train().samples.rows();
  if (model.latent_dim() >= rows)
    throw Error(ErrorKind::kUsage, fmt::format("The model has {} latents; {} training samples have fewer principal "
                                               "components.",
                                               model.latent_dim(), rows));
  if (!pca_) pca_ = fit_pca(train().samples, model.latent_dim(), context);
  return *pca_;
}

bool clips_pca(const Autoencoder& model) { return is_image(model.sample_shape()) && model.value_scale().is_unit(); }

Tensor Evaluator::pca_reconstruct(const Tensor& samples) {
  Tensor reconstructed = pca().decode(pca().encode(samples, context), context);
  if (clips_pca(model))
    for (float& value : reconstructed.values()) value = std::clamp(value, 0.0f, 1.0f);
  return reconstructed;
}

const LatentDensity& Evaluator::density() {
  if (density_) return *density_;
  const EncodedSamples& encoded = train();
  if (encoded.latents.row_size() > kMaxDensityLatents)
    throw Error(ErrorKind::kUsage,
                fmt::format("A mixture with full covariances is fitted on up to {} latents; the model has {}.",
                            kMaxDensityLatents, encoded.latents.row_size()));
  const std::vector<int64_t> rows =
      balanced_rows(encoded.latents.rows(), encoded.labels, kMaxDensitySamples, options.seed);
  MixtureOptions mixture;
  mixture.components = options.components;
  mixture.seed = options.seed;
  density_samples_ = static_cast<int64_t>(rows.size());
  density_ = fit_latent_density(take_rows(encoded.latents, rows), mixture, context);
  return *density_;
}

std::string Evaluator::density_text() {
  const LatentDensity& fitted = density();
  const auto constant = static_cast<int64_t>(fitted.values.size() - fitted.varying.size());
  return fmt::format(
      "mixture of {} full-covariance Gaussians over {} latents, fitted on {} training samples in {} "
      "iterations{}{}",
      fitted.mixture.components, fitted.varying.size(), density_samples_, fitted.mixture.iterations,
      fitted.mixture.converged ? "" : " without convergence",
      constant > 0 ? fmt::format("; {} constant latents left out", constant) : "");
}

bool Evaluator::is_named(const std::string& name) const {
  return std::ranges::find(options.metrics, name) != options.metrics.end();
}

bool Evaluator::wants(const std::string& family, const std::string& metric) const {
  return options.metrics.empty() || is_named(family) || is_named(metric);
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

void Evaluator::report(const std::string& what, double fraction) const {
  if (context.on_progress)
    context.on_progress({what.empty() ? family_ : family_ + ": " + what, (families_done_ + fraction) / num_families_});
}

void Evaluator::attempt(const std::string& what, const std::function<void()>& measure) {
  try {
    measure();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kData && error.kind() != ErrorKind::kUsage) throw;
    result.missing.push_back({what, error.what(), false});
  }
}

void check_labeled(const EncodedSamples& encoded) {
  if (encoded.labels.empty()) throw Error(ErrorKind::kData, "The dataset has no labels, which this metric needs.");
}

}  // namespace hourglass
