#include "study/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/text.h"
#include "hourglass/error.h"
#include "hourglass/evaluation.h"
#include "study/table.h"

namespace hourglass {
namespace {

const std::string kValidationPrefix = "validation_";

// Metric and subject of each denoising metric in an evaluation. Evaluations append the variance of the noise.
const std::map<std::string, std::pair<const char*, const char*>>& denoising_metrics() {
  static const std::map<std::string, std::pair<const char*, const char*>> kNames = {
      {"psnr_noisy", {"psnr", "input"}},
      {"psnr_denoised", {"psnr", "model"}},
      {"ssim_noisy", {"ssim", "input"}},
      {"ssim_denoised", {"ssim", "model"}}};
  return kNames;
}

double test_loss(const EpochRecord& record) {
  return std::isnan(record.test.total()) ? record.train.total() : record.test.total();
}

double validation_loss(const EpochRecord& record) { return record.validation.total(); }

/// Sets `value` to a metric of the training history. Returns false if `name` is not such a metric.
bool training_metric(const std::string& name, const History& history, double& value) {
  const bool on_validation = name.starts_with(kValidationPrefix);
  const std::string metric = on_validation ? name.substr(kValidationPrefix.size()) : name;
  const auto loss = on_validation ? validation_loss : test_loss;
  const auto loss_after = [&](size_t epoch) {
    return epoch >= 1 && epoch <= history.size() ? loss(history[epoch - 1]) : kNotMeasured;
  };
  if (metric == "loss")
    value = loss_after(history.size());
  else if (metric == "loss_epoch_1")
    value = loss_after(1);
  else if (metric == "loss_epoch_10")
    value = loss_after(10);
  else if (metric == "loss_best")
    value = history.empty() ? kNotMeasured : loss(*std::ranges::min_element(history, {}, loss));
  else if (metric == "train_loss")
    value = history.empty() ? kNotMeasured : history.back().train.total();
  else
    return false;
  return true;
}

/// Returns metric and subject in an evaluation of a model that was trained with noise of this variance.
std::pair<std::string, std::string> evaluated_name(const std::string& name, double variance) {
  const auto denoising = denoising_metrics().find(name);
  if (denoising == denoising_metrics().end()) return {name, "model"};
  return {fmt::format("{}_noise_{}", denoising->second.first, variance), denoising->second.second};
}

std::string reason_of(const Evaluation& evaluation, const std::string& metric) {
  const auto missing = std::ranges::find(evaluation.missing, metric, &MissingMetric::metric);
  return missing == evaluation.missing.end() ? "It does not apply to this model and data." : missing->reason;
}

}  // namespace

const std::vector<Metric>& test_metrics() {
  static const std::vector<Metric> kMetrics = {
      {"loss", "training objective with all penalties, on the test set after the last epoch"},
      {"loss_epoch_1", "loss after the first epoch"},
      {"loss_epoch_10", "loss after the tenth epoch"},
      {"loss_best", "lowest loss of all epochs; the epoch is chosen on the test set, as in some publications"},
      {"train_loss", "training objective, mean over the last epoch"},
      {"mse", "mean of (x - y)^2 over samples and values"},
      {"squared_error", "sum of (x - y)^2 over the values of a sample, mean over samples"},
      {"mae", "mean of |x - y| over samples and values"},
      {"bce", "mean of -x ln y - (1 - x) ln(1 - y) over samples and values, in nats"},
      {"bce_img", "bce summed over the values of a sample, mean over samples"},
      {"psnr_mean", "mean over samples of 10 log10(peak^2 / mse of the sample), in dB; peak: width of the data range",
       true},
      {"psnr_pooled", "10 log10(peak^2 / mse), in dB", true},
      {"ssim", "structural similarity (Wang et al. 2004), mean over images", true},
      {"half_mse", "mean of m (x - y)^2 over samples and values, m is 0 or 1 with probability 1/2 each"},
      {"m_mse",
       "squared error summed over the right half of an image, with only the left half as input; mean over images"},
      {"log_likelihood", "mean ln p(x) in nats, by draws from a Gaussian mixture fitted on the training latents", true},
      {"elbo", "evidence lower bound, mean over samples, in nats", true},
      {"iw_bound", "importance-weighted bound, mean over samples, in nats", true},
      {"bits_per_dim", "bits per value of byte data, bound", false},
      {"classification_error", "% of samples misclassified by logistic regression on standardized latents"},
      {"classification_error_unit_length", "classification_error on latents scaled to unit length"},
      {"knn_error", "% of samples misclassified by their nearest neighbors among the training latents"},
      {"kmeans_accuracy",
       "% of samples whose k-means cluster has their class; class of a cluster: majority of its training samples",
       true},
      {"kmeans_train_accuracy", "kmeans_accuracy on the training set", true},
      {"active_units", "number of latents that vary with the sample", true},
      {"dead_units", "number of latents that are 0 for all samples"},
      {"latent_l0", "number of nonzero latents of a sample, mean over samples"},
      {"latent_l1", "sum of |z| of a sample, mean over samples"},
      {"mean_activation", "mean of z over samples and latents"},
      {"kl", "KL(q(z | x) || N(0, 1)) summed over latents, mean over samples, in nats"},
      {"psnr_noisy", "psnr_mean of noisy samples against clean ones; noise as in training", true},
      {"psnr_denoised", "psnr_mean of reconstructions of noisy samples against clean ones", true},
      {"ssim_noisy", "structural similarity of noisy and clean images", true},
      {"ssim_denoised", "structural similarity of reconstructions of noisy images and clean images", true},
  };
  return kMetrics;
}

const std::vector<Metric>& all_metrics() {
  static const std::vector<Metric> kMetrics = [] {
    std::vector<Metric> all = test_metrics();
    for (Metric metric : test_metrics()) {
      if (metric.name == "train_loss") continue;
      metric.name = kValidationPrefix + metric.name;
      metric.definition = metric.name.substr(kValidationPrefix.size()) + " on the validation set";
      all.push_back(std::move(metric));
    }
    return all;
  }();
  return kMetrics;
}

const Metric& find_metric(const std::string& name) {
  const auto found = std::ranges::find(all_metrics(), name, &Metric::name);
  if (found != all_metrics().end()) return *found;
  std::vector<std::string> names;
  for (const Metric& metric : all_metrics()) names.push_back(metric.name);
  throw Error(ErrorKind::kUsage, fmt::format("Unknown metric '{}'.{}", name, did_you_mean(name, names)));
}

RunMetrics measure_run(const std::vector<std::string>& names, const Autoencoder& model, const DataSplit& data,
                       const History& history, const Context& context) {
  const double variance = model.config().corruption.gaussian_variance;
  double value = kNotMeasured;
  // One evaluation per set: most metrics share the slow computations.
  std::vector<std::string> on_test, on_validation;
  for (const std::string& name : names) {
    const bool validates = find_metric(name).name.starts_with(kValidationPrefix);
    const std::string metric = validates ? name.substr(kValidationPrefix.size()) : name;
    if (training_metric(name, history, value) || (variance == 0 && denoising_metrics().contains(metric))) continue;
    (validates ? on_validation : on_test).push_back(evaluated_name(metric, variance).first);
  }
  const auto evaluate_set = [&](const std::vector<std::string>& metrics, const char* part) -> Evaluation {
    if (metrics.empty()) return {};
    EvaluationOptions options;
    options.part = part;
    options.noise = {variance};
    options.metrics = metrics;
    return evaluate(model, data, options, context);
  };
  const Evaluation test = evaluate_set(on_test, data.test.size() > 0 ? "test" : "train");
  const Evaluation validation =
      evaluate_set(data.validation.size() > 0 ? on_validation : std::vector<std::string>(), "validation");
  RunMetrics result;
  for (const std::string& name : names) {
    const bool validates = name.starts_with(kValidationPrefix);
    const auto [metric, subject] = evaluated_name(validates ? name.substr(kValidationPrefix.size()) : name, variance);
    if (!training_metric(name, history, value)) {
      const Evaluation& evaluation = validates ? validation : test;
      const Measurement* found = evaluation.find(metric, subject);
      value = found ? found->value : kNotMeasured;
      if (!found) result.notes.push_back(fmt::format("{}: {}", name, reason_of(evaluation, metric)));
    }
    result.values.push_back({name, value});
  }
  return result;
}

}  // namespace hourglass
