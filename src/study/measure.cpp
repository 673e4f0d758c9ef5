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

// Of the noise that the model was trained with; evaluations name them by its variance.
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

/// A metric of training, or nothing where `name` is one of the model.
bool of_training(const std::string& name, const History& history, double& value) {
  const auto loss_after = [&](size_t epoch) {
    return epoch >= 1 && epoch <= history.size() ? test_loss(history[epoch - 1]) : kNotMeasured;
  };
  if (name == "loss")
    value = loss_after(history.size());
  else if (name == "loss_epoch_1")
    value = loss_after(1);
  else if (name == "loss_epoch_10")
    value = loss_after(10);
  else if (name == "loss_best")
    value = history.empty() ? kNotMeasured : test_loss(*std::ranges::min_element(history, {}, test_loss));
  else if (name == "train_loss")
    value = history.empty() ? kNotMeasured : history.back().train.total();
  else
    return false;
  return true;
}

/// What the metric is called in an evaluation of a model trained with noise of this variance.
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

const std::vector<Metric>& all_metrics() {
  static const std::vector<Metric> kMetrics = {
      {"loss", "what was minimised, with all penalties, on the test part after the last epoch"},
      {"loss_epoch_1", "loss after the first epoch"},
      {"loss_epoch_10", "loss after the tenth epoch"},
      {"loss_best", "the lowest loss after any epoch: chosen on the test part, for what was published so"},
      {"train_loss", "what was minimised, mean over the last epoch of training"},
      {"mse", "mean of (x - y)^2 over images and values"},
      {"squared_error", "sum of (x - y)^2 over the values of an image, mean over images"},
      {"mae", "mean of |x - y| over images and values"},
      {"bce", "mean of -x ln y - (1 - x) ln(1 - y) over images and values, in nats"},
      {"bce_img", "bce summed over the values of an image, mean over images"},
      {"psnr_mean", "mean over images of 10 log10(peak^2 / mse of the image), in dB; peak: width of the data's range",
       true},
      {"psnr_pooled", "10 log10(peak^2 / mse), in dB", true},
      {"ssim", "structural similarity (Wang et al. 2004), mean over images", true},
      {"half_mse", "mean of m (x - y)^2 over images and values, m 0 or 1 with probability 1/2 each"},
      {"m_mse",
       "squared error of the right half of an image of which the model sees the left, summed, mean over images"},
      {"log_likelihood", "mean ln p(x), from draws of a mixture of Gaussians fitted on training latents, in nats",
       true},
      {"elbo", "evidence lower bound, mean over images, in nats", true},
      {"iw_bound", "importance-weighted bound, mean over images, in nats", true},
      {"classification_error", "% of the images that logistic regression on standardised latents errs on"},
      {"classification_error_unit_length", "classification_error on latents scaled to unit length"},
      {"knn_error", "% of the images that their nearest neighbours among training latents err on"},
      {"kmeans_accuracy",
       "% of the images nearest to a k-means cluster of their class, by majority of the training part", true},
      {"kmeans_train_accuracy", "kmeans_accuracy on the training part itself", true},
      {"active_units", "latents that vary with the image", true},
      {"dead_units", "latents that are 0 for every image"},
      {"latent_l0", "latents of an image that are not 0, mean over images"},
      {"latent_l1", "sum of |z| of an image, mean over images"},
      {"mean_activation", "mean of z over images and latents"},
      {"kl", "KL(q(z | x) || N(0, 1)) summed over latents, mean over images, in nats"},
      {"psnr_noisy", "psnr_mean of noisy images against the clean ones, noise as in training", true},
      {"psnr_denoised", "psnr_mean of what the model makes of them against the clean ones", true},
      {"ssim_noisy", "structural similarity of noisy images and the clean ones", true},
      {"ssim_denoised", "structural similarity of what the model makes of them and the clean ones", true},
  };
  return kMetrics;
}

const Metric& find_metric(const std::string& name) {
  const auto found = std::ranges::find(all_metrics(), name, &Metric::name);
  if (found != all_metrics().end()) return *found;
  std::vector<std::string> names;
  for (const Metric& metric : all_metrics()) names.push_back(metric.name);
  throw Error(ErrorKind::kUsage, fmt::format("Unknown metric '{}'.{}", name, did_you_mean(name, names)));
}

RunMetrics measure_run(const std::vector<std::string>& names, const Autoencoder& model, const DataParts& data,
                       const History& history, const Context& context) {
  const double variance = model.config().corruption.gaussian_variance;
  EvaluationOptions options;
  options.part = data.test.size() > 0 ? "test" : "train";
  options.noise = {variance};
  double value = kNotMeasured;
  for (const std::string& name : names)
    if (!of_training(find_metric(name).name, history, value) && (variance > 0 || !denoising_metrics().contains(name)))
      options.metrics.push_back(evaluated_name(name, variance).first);
  Evaluation evaluation;
  if (!options.metrics.empty()) evaluation = evaluate(model, data, options, context);

  RunMetrics result;
  for (const std::string& name : names) {
    const auto [metric, subject] = evaluated_name(name, variance);
    if (!of_training(name, history, value)) {
      const Measurement* found = evaluation.find(metric, subject);
      value = found ? found->value : kNotMeasured;
      if (!found) result.notes.push_back(fmt::format("{}: {}", name, reason_of(evaluation, metric)));
    }
    result.values.push_back({name, value});
  }
  return result;
}

}  // namespace hourglass
