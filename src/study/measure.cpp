#include "study/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

double test_loss(Measured& of) {
  const EpochRecord& last = of.last_epoch();
  return std::isnan(last.test.total()) ? last.train.total() : last.test.total();
}

}  // namespace

const std::vector<Metric>& all_metrics() {
  static const std::vector<Metric> kMetrics = {
      {"loss", "what was minimised, with all penalties, on the test part after the last epoch", false, test_loss},
      {"train_loss", "the same, mean over the last epoch of training", false,
       [](Measured& of) { return of.last_epoch().train.total(); }},
      {"kl", "divergence of the Gaussian latent, weighted as in the objective, on the test part", false,
       [](Measured& of) { return of.last_epoch().test[LossTerm::kKl]; }},
      {"mse", "mean of (x - y)^2 over test images and values", false,
       [](Measured& of) { return of.reconstruction().mse; }},
      {"bce", "mean of -x ln y - (1 - x) ln(1 - y) over test images and values, in nats", false,
       [](Measured& of) { return of.reconstruction().bce; }},
      {"bce_image", "the same summed over an image", false,
       [](Measured& of) { return of.reconstruction().bce * static_cast<double>(of.model().sample_dim()); }},
      {"psnr", "mean over test images of 10 log10(1 / mse of the image), in dB, peak 1", true,
       [](Measured& of) { return of.reconstruction().psnr_mean; }},
      {"psnr_pooled", "10 log10(1 / mse), in dB, peak 1", true,
       [](Measured& of) { return of.reconstruction().psnr_pooled; }},
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

Measured::Measured(const Autoencoder& model, const DataParts& data, const History& history, const Context& context)
    : model_(model), data_(data), history_(history), context_(context) {}

double Measured::value(const std::string& name) { return find_metric(name).measure(*this); }

const EpochRecord& Measured::last_epoch() const {
  if (history_.empty()) throw Error(ErrorKind::kData, "The run has no finished epoch.");
  return history_.back();
}

const ReconstructionMetrics& Measured::reconstruction() {
  if (!reconstruction_) reconstruction_ = reconstruction_metrics(model_, test(), context_);
  return *reconstruction_;
}

}  // namespace hourglass
