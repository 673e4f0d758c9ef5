#include "hourglass/generation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/evaluation/evaluator.h"
#include "analysis/matrix.h"

namespace hourglass {
namespace {

constexpr const char* kFamily = "generation";
constexpr int64_t kRadiusNeighbours = 3;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<int64_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

void add_precision_recall(Evaluator& evaluator, const std::string& space, const std::string& drawn, const Tensor& real,
                          const Tensor& generated) {
  const PrecisionRecall found = precision_recall(real, generated, kRadiusNeighbours, evaluator.context);
  const std::string setting = fmt::format("{} images of the measured part and {} samples, in {} space, k = {}",
                                          real.rows(), generated.rows(), space, kRadiusNeighbours);
  const auto add = [&](const char* metric, double value, int64_t count, const char* definition) {
    evaluator.add({kFamily, metric + ("_" + space), "model", value, "", definition + std::string("; ") + setting, drawn,
                   count, std::sqrt(value * (1 - value) / static_cast<double>(count))});
  };
  add("precision", found.precision, generated.rows(),
      "part of the samples within the ball of an image (Kynkaanniemi et al. 2019)");
  add("recall", found.recall, real.rows(), "part of the images within the ball of a sample (Kynkaanniemi et al. 2019)");
  add("coverage", found.coverage, real.rows(), "part of the images whose ball holds a sample (Naeem et al. 2020)");
}

// Samples that were learned by heart lie nearer to training images than new images do.
void add_memorization(Evaluator& evaluator, const std::string& drawn, const Tensor& real, const Tensor& generated) {
  const Tensor& train = evaluator.train().images;
  const double of_samples = median(nearest_neighbours(generated, train, 1, false, evaluator.context).radii());
  const double of_images = median(nearest_neighbours(real, train, 1, false, evaluator.context).radii());
  const auto add = [&](const char* subject, double value, int64_t count) {
    evaluator.add({kFamily, "nearest_training_distance", subject, value, "img",
                   "median Euclidean distance to the nearest training image; samples much nearer than the measured "
                   "part's own images (input) were learned by heart",
                   drawn, count});
  };
  add("model", of_samples, generated.rows());
  add("input", of_images, real.rows());
}

}  // namespace

void evaluate_generation(Evaluator& evaluator) {
  const SeenPart& measured = evaluator.measured();
  const bool has_prior = evaluator.model.config().model.latent != "plain";
  const int64_t count = evaluator.options.generated;
  const uint64_t seed = evaluator.options.seed + 1;  // not the draws of the likelihood
  const Tensor latents =
      has_prior ? sample_prior(count, evaluator.model.latent_dim(), seed) : evaluator.density().sample(count, seed);
  const std::string drawn =
      has_prior ? "samples decoded from the prior" : "samples decoded from a " + evaluator.density_text();
  const Tensor decoded = evaluator.model.decode(latents, evaluator.context);
  Tensor generated({count, evaluator.model.sample_dim()});
  std::ranges::copy(decoded.values(), generated.data());
  const std::vector<int64_t> rows = sampled_rows(measured.images.rows(), count, seed);
  const Tensor real = take_rows(measured.images, rows);
  add_precision_recall(evaluator, "pixel", drawn, real, generated);
  // The encoder sees samples as it sees images.
  add_precision_recall(evaluator, "latent", drawn, take_rows(measured.latents, rows),
                       evaluator.model.encode(generated, evaluator.context));
  add_memorization(evaluator, drawn, real, generated);
}

}  // namespace hourglass
