#include "hourglass/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "analysis/evaluation/evaluator.h"
#include "core/text.h"
#include "hourglass/anomaly_labels.h"
#include "hourglass/error.h"
#include "hourglass/mask.h"

namespace hourglass {
namespace {

struct Family {
  const char* name;
  void (*measure)(Evaluator&);
  std::vector<std::string> metrics;
};

std::vector<std::string> completion_metrics() {
  std::vector<std::string> metrics = {"m_mse", "half_mse"};
  for (int mask = 1; mask < kNumMasks; ++mask)
    metrics.push_back(fmt::format("m_mse_{}", name(static_cast<Mask>(mask))));
  return metrics;
}

std::vector<std::string> clustering_metrics() {
  std::vector<std::string> metrics = {"kmeans_inertia", "kmeans_silhouette"};
  for (const char* prefix : {"kmeans", "mixture"})
    for (const char* metric : {"accuracy", "train_accuracy", "accuracy_assigned", "purity", "nmi", "ari"})
      metrics.push_back(fmt::format("{}_{}", prefix, metric));
  return metrics;
}

std::vector<std::string> denoising_metric_names(const EvaluationOptions& options) {
  std::vector<std::string> metrics = {"psnr_clean", "ssim_clean"};
  for (const double variance : options.noise)
    for (const char* metric : {"psnr", "ssim"}) metrics.push_back(fmt::format("{}_noise_{}", metric, variance));
  return metrics;
}

std::vector<Family> families(const EvaluationOptions& options) {
  return {{"reconstruction",
           evaluate_reconstruction,
           {"mse", "squared_error", "mae", "r2", "bce", "bce_img", "psnr_mean", "psnr_pooled", "ssim",
            "category_accuracy", "category_cross_entropy"}},
          {"completion", evaluate_completion, completion_metrics()},
          {"likelihood",
           evaluate_likelihood,
           {"log_likelihood", "mixture_log_likelihood", "latent_density", "elbo", "iw_bound", "bits_per_dim"}},
          {"classification",
           evaluate_classification,
           {"classification_error", "classification_error_unit_length", "classification_error_raw", "knn_error"}},
          {"clustering", evaluate_clustering, clustering_metrics()},
          {"latents",
           evaluate_latents,
           {"active_units", "dead_units", "latent_l0", "latent_l1", "mean_activation", "effective_dimension",
            "components_for_95", "mean_correlation", "kl"}},
          {"denoising", evaluate_denoising, denoising_metric_names(options)},
          {"generation",
           evaluate_generation,
           {"precision_pixel", "recall_pixel", "coverage_pixel", "precision_latent", "recall_latent", "coverage_latent",
            "nearest_training_distance"}},
          {"detection", evaluate_detection, {"roc_auc", "average_precision", "precision_at_n"}}};
}

void check_options(const EvaluationOptions& options, const std::vector<Family>& known) {
  std::vector<std::string> names;
  for (const Family& family : known) {
    names.emplace_back(family.name);
    names.insert(names.end(), family.metrics.begin(), family.metrics.end());
  }
  for (const std::string& metric : options.metrics)
    if (std::ranges::find(names, metric) == names.end())
      throw Error(ErrorKind::kUsage, fmt::format("Unknown metric '{}'.{}", metric, did_you_mean(metric, names)));
  for (const auto& [what, value] :
       {std::pair{"mixture components", options.components},
        std::pair{"draws of the likelihood", options.likelihood_draws},
        std::pair{"importance draws", options.importance_draws}, std::pair{"neighbors", options.neighbors},
        std::pair{"generated samples", options.generated}})
    if (value < 1)
      throw Error(ErrorKind::kUsage, fmt::format("Invalid option: {} {}; at least 1 is needed.", value, what));
  if (options.clusters < 0)
    throw Error(ErrorKind::kUsage,
                fmt::format("Invalid option: {} clusters; expected at least 1, or 0 for the number of classes.",
                            options.clusters));
  for (const double variance : options.noise)
    if (!(variance >= 0))
      throw Error(ErrorKind::kUsage, fmt::format("Noise variance {} is invalid; expected 0 or above.", variance));
  if (options.part != "test" && options.part != "validation" && options.part != "train")
    throw Error(ErrorKind::kUsage,
                fmt::format("Unknown split '{}'; expected test, validation or train.", options.part));
}

// Stored samples can have another shape than preprocessed ones.
void check_fits(const Autoencoder& model, const Dataset& data) {
  if (!data.is_preprocessed()) model.preprocessing().check_features(data);
  const Shape& stored = model.preprocessing().input_shape();
  const Shape& expected = data.is_preprocessed() || stored.empty() ? model.sample_shape() : stored;
  if (data.sample_dim() != num_elements(expected))
    throw Error(ErrorKind::kUsage,
                fmt::format("Dataset '{}' has samples of {}; the model ({}) takes {}.", data.name(),
                            to_string(data.sample_shape()), model.config().model.name, to_string(expected)));
}

bool is_wanted(const Family& family, const std::vector<std::string>& metrics) {
  return metrics.empty() || std::ranges::find(metrics, family.name) != metrics.end() ||
         std::ranges::any_of(family.metrics, [&](const std::string& metric) {
           return std::ranges::find(metrics, metric) != metrics.end();
         });
}

// Marks metrics that were requested by name and not measured as missing, with the reason of their family.
void mark_asked(const std::vector<Family>& known, const std::vector<std::string>& metrics, Evaluation& result) {
  for (const std::string& asked : metrics) {
    const auto measured = [&](const Measurement& found) { return found.family == asked || found.metric == asked; };
    if (std::ranges::any_of(result.measurements, measured)) continue;
    const auto family = std::ranges::find_if(known, [&](const Family& each) {
      return asked == each.name || std::ranges::find(each.metrics, asked) != each.metrics.end();
    });
    const auto is_reason = [&](const MissingMetric& missing) {
      return missing.metric == asked || missing.metric.find(family->name) != std::string::npos;
    };
    const auto reason = std::ranges::find_if(result.missing, is_reason);
    if (reason != result.missing.end() && reason->metric == asked)
      reason->asked = true;
    else
      result.missing.push_back(
          {asked, reason == result.missing.end() ? "It does not apply to this model and data." : reason->reason, true});
  }
}

}  // namespace

const Measurement* Evaluation::find(const std::string& metric, const std::string& subject) const {
  const auto found = std::ranges::find_if(
      measurements, [&](const Measurement& each) { return each.metric == metric && each.subject == subject; });
  return found == measurements.end() ? nullptr : &*found;
}

Evaluation evaluate(const Autoencoder& model, const DataSplit& data, const EvaluationOptions& options,
                    const Context& context) {
  const std::vector<Family> known = families(options);
  check_options(options, known);
  if (data.train.size() > 0) check_fits(model, data.train);
  Evaluator evaluator(model, data, options, context);
  if (evaluator.dataset().size() == 0)
    throw Error(ErrorKind::kUsage, fmt::format("The {} set is empty; expected at least one sample.", options.part));
  check_fits(model, evaluator.dataset());
  if (!options.anomalies.empty() && std::ssize(options.anomalies) != evaluator.dataset().size())
    throw Error(ErrorKind::kUsage, fmt::format("There are {} labels of anomalies for {} samples; expected one each.",
                                               options.anomalies.size(), evaluator.dataset().size()));
  std::vector<Family> wanted;
  std::ranges::copy_if(known, std::back_inserter(wanted),
                       [&](const Family& family) { return is_wanted(family, options.metrics); });
  for (size_t i = 0; i < wanted.size(); ++i) {
    evaluator.begin_family(wanted[i].name, i, wanted.size());
    evaluator.attempt(wanted[i].name, [&] { wanted[i].measure(evaluator); });
  }
  mark_asked(known, options.metrics, evaluator.result);
  return std::move(evaluator.result);
}

std::vector<std::string> evaluation_families() {
  std::vector<std::string> names;
  for (const Family& family : families({})) names.emplace_back(family.name);
  return names;
}

EvaluationOptions summary_options(const Autoencoder& model, const Dataset& train, const Dataset& measured,
                                  EvaluationOptions options) {
  // A logistic regression takes time in proportion to this: about two seconds on two cores.
  constexpr double kMostProducts = 1e8;
  options.metrics = {"reconstruction", "latents"};
  options.classifies_values = false;
  if (!options.anomalies.empty() || !anomaly_labels(measured, "", options.anomaly_class).empty())
    options.metrics.emplace_back("detection");
  if (!measured.has_labels() || (train.size() > 0 && !train.has_labels())) return options;
  // Without a training set, the result says that it is missing.
  const double classes = train.size() > 0 ? std::ranges::max(train.labels()) + 1 : 0;
  if (static_cast<double>(train.size()) * 2 * static_cast<double>(model.latent_dim()) * classes <= kMostProducts)
    options.metrics.emplace_back("classification_error");
  return options;
}

}  // namespace hourglass
