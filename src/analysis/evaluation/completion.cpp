#include <fmt/format.h>

#include "analysis/evaluation/evaluator.h"
#include "hourglass/likelihood.h"
#include "hourglass/mask.h"

namespace hourglass {
namespace {

constexpr const char* kFamily = "completion";

const char* hidden_region(Mask mask) {
  switch (mask) {
    case Mask::kRight:
      return "the right half (columns >= width / 2)";
    case Mask::kLeft:
      return "the left half";
    case Mask::kTop:
      return "the upper half";
    case Mask::kBottom:
      return "the lower half";
    case Mask::kCenter:
      return "the middle half of rows and columns";
    case Mask::kRandom:
      return "a random half of the values";
  }
  return "";
}

using Reconstruct = std::function<Tensor(const Tensor&)>;

void measure_mask(Evaluator& evaluator, Mask mask, const std::string& subject, const Reconstruct& reconstruct) {
  const std::string metric = mask == Mask::kRight ? "m_mse" : fmt::format("m_mse_{}", name(mask));
  if (!evaluator.wants(kFamily, metric)) return;
  const Tensor& x = evaluator.measured().samples;
  const Tensor hidden = make_mask(mask, x.rows(), evaluator.model.sample_shape(), 0.5, evaluator.options.seed);
  Tensor input = x;
  for (int64_t i = 0; i < x.size(); ++i)
    if (hidden.data()[i] > 0) input.data()[i] = 0;
  const MeanEstimate error = mean_estimate(masked_squared_error(x, reconstruct(input), hidden));
  Measurement measurement{
      kFamily,
      metric,
      subject,
      error.mean,
      "per sample",
      fmt::format("{} of the input is set to 0; sum of (x - y)^2 over it, mean over samples", hidden_region(mask)),
      "",
      x.rows()};
  if (mask == Mask::kRandom) {
    measurement.estimator = "one random mask per sample";
    measurement.standard_error = error.standard_error;
  }
  evaluator.add(std::move(measurement));
}

// The sources of the regularized autoencoder call this M-MSE, although nothing is hidden from the model.
void measure_half_mse(Evaluator& evaluator, const std::string& subject, const Reconstruct& reconstruct) {
  if (!evaluator.wants(kFamily, "half_mse")) return;
  const Tensor& x = evaluator.measured().samples;
  const Tensor counted =
      make_mask(Mask::kRandom, x.rows(), evaluator.model.sample_shape(), 0.5, evaluator.options.seed);
  std::vector<double> errors = masked_squared_error(x, reconstruct(x), counted);
  for (double& error : errors) error /= static_cast<double>(x.row_size());
  const MeanEstimate error = mean_estimate(errors);
  evaluator.add({kFamily, "half_mse", subject, error.mean, "per value",
                 "(x - y)^2 of a random half of the values, 0 for the others, mean over samples and all values; the "
                 "input is complete",
                 "one random mask per sample", x.rows(), error.standard_error});
}

}  // namespace

void evaluate_completion(Evaluator& evaluator) {
  // The order of the features of a table has no meaning, so only a random half is hidden.
  const bool has_halves = evaluator.model.sample_shape().size() > 1;
  const auto measure = [&](const std::string& subject, const Reconstruct& reconstruct) {
    for (int i = 0; i < kNumMasks; ++i)
      if (const auto mask = static_cast<Mask>(i); has_halves || mask == Mask::kRandom)
        measure_mask(evaluator, mask, subject, reconstruct);
    measure_half_mse(evaluator, subject, reconstruct);
  };
  measure("model", [&](const Tensor& x) { return evaluator.model.reconstruct_preprocessed(x, evaluator.context); });
  evaluator.attempt("completion of pca",
                    [&] { measure("pca", [&](const Tensor& x) { return evaluator.pca_reconstruct(x); }); });
}

}  // namespace hourglass
