#include "hourglass/generation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/evaluation/evaluator.h"
#include "core/matrix.h"

namespace hourglass {
namespace {

constexpr const char* kFamily = "generation";

void add_precision_recall(Evaluator& evaluator, const std::string& space, const std::string& drawn, const Tensor& real,
                          const Tensor& generated) {
  const PrecisionRecall found = precision_recall(real, generated, evaluator.context);
  const std::string setting = fmt::format("{} measured and {} generated samples, in the space of {}", real.rows(),
                                          generated.rows(), space == "latent" ? "latents" : "values");
  const auto add = [&](const char* metric, double value, int64_t count, const char* definition) {
    evaluator.add({kFamily, metric + ("_" + space), "model", value, "", definition + std::string("; ") + setting, drawn,
                   count, std::sqrt(value * (1 - value) / static_cast<double>(count))});
  };
  add("precision", found.precision, generated.rows(),
      "fraction of generated samples inside the ball of a measured sample, k = 3 (Kynkaanniemi et al. 2019)");
  add("recall", found.recall, real.rows(),
      "fraction of measured samples inside the ball of a generated sample, k = 3 (Kynkaanniemi et al. 2019)");
  add("coverage", found.coverage, real.rows(),
      "fraction of measured samples whose ball contains a generated sample, k = 5 (Naeem et al. 2020)");
}

// Memorized samples are nearer to the training set than the measured samples are.
void add_memorization(Evaluator& evaluator, const std::string& drawn, const Tensor& real,
                      std::span<const int64_t> real_rows, const Tensor& generated) {
  const Tensor& train = evaluator.train().samples;
  const double of_generated = median(nearest_neighbors(generated, train, 1, {}, evaluator.context).radii());
  const double of_measured =
      median(nearest_neighbors(real, train, 1, evaluator.training_rows(real_rows), evaluator.context).radii());
  const auto add = [&](const char* subject, double value, int64_t count) {
    evaluator.add({kFamily, "nearest_training_distance", subject, value, "per sample",
                   "median Euclidean distance to the nearest training sample; if generated samples (model) are much "
                   "nearer than measured samples (input), the model memorized training samples",
                   drawn, count});
  };
  add("model", of_generated, generated.rows());
  add("input", of_measured, real.rows());
}

}  // namespace

void evaluate_generation(Evaluator& evaluator) {
  const EncodedSamples& measured = evaluator.measured();
  const bool has_prior = evaluator.model.config().model.latent != "plain";
  const int64_t count = evaluator.options.generated;
  const uint64_t seed = evaluator.options.seed + 1;  // differs from the draws of the likelihood
  const Tensor latents =
      has_prior ? sample_prior(count, evaluator.model.latent_dim(), seed) : evaluator.density().sample(count, seed);
  const std::string drawn =
      has_prior ? "samples decoded from the prior" : "samples decoded from a " + evaluator.density_text();
  const Tensor decoded = evaluator.model.decode_preprocessed(latents, evaluator.context);
  Tensor generated({count, evaluator.model.sample_dim()});
  std::ranges::copy(decoded.values(), generated.data());
  const std::vector<int64_t> rows = sampled_rows(measured.samples.rows(), count, seed);
  const Tensor real = take_rows(measured.samples, rows);
  add_precision_recall(evaluator, "pixel", drawn, real, generated);
  add_precision_recall(evaluator, "latent", drawn, take_rows(measured.latents, rows),
                       evaluator.model.encode_preprocessed(generated, evaluator.context));
  add_memorization(evaluator, drawn, real, rows, generated);
}

}  // namespace hourglass
