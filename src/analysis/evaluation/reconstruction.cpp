#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/evaluation/evaluator.h"
#include "hourglass/error.h"
#include "model/network.h"

namespace hourglass {
namespace {

constexpr const char* kFamily = "reconstruction";
constexpr int64_t kBlockRows = 1024;
constexpr int64_t kExtremes = 16;

std::string peak_text(const ValueRange& range) {
  return fmt::format("peak {:.4g}, values {:.4g} to {:.4g}", range.width(), range.low, range.high);
}

void add_metrics(Evaluator& evaluator, const ReconstructionMetrics& metrics, const std::string& subject) {
  const double values = static_cast<double>(metrics.feature_mse.size());
  const std::string range = peak_text(evaluator.model.value_scale());
  const std::string clipped = subject == "pca" && clips_pca(evaluator.model)
                                  ? "; reconstructions of principal components are clipped to 0...1"
                                  : "";
  const auto add = [&](const char* metric, double value, const char* unit, const std::string& definition) {
    if (std::isnan(value)) return;
    evaluator.add({kFamily, metric, subject, value, unit, definition + clipped, "", metrics.num_samples});
  };
  add("mse", metrics.mse, "per value",
      "mean of (x - y)^2 over samples and values; x: preprocessed sample, y: its reconstruction");
  add("squared_error", metrics.mse * values, "per sample",
      "sum of (x - y)^2 over the values of a sample, mean over samples");
  add("mae", metrics.mae, "per value", "mean of |x - y| over samples and values");
  add("r2", metrics.r2, "",
      "explained variance: 1 - sum of (x - y)^2 / sum of (x - mean of the feature)^2, over samples and values");
  add("bce", metrics.bce, "per value",
      "mean of -x ln y - (1 - x) ln(1 - y) over samples and values, y clipped to [1e-7, 1 - 1e-7]; without penalties");
  add("bce_img", metrics.bce * values, "per sample", "bce summed over the values of a sample, mean over samples");
  // The peak of other samples, such as standardized features, has no meaning.
  if (is_image(evaluator.model.sample_shape())) {
    add("psnr_mean", metrics.psnr_mean, "dB",
        "mean over images of 10 log10(peak^2 / mse of the image), each at most 100 dB; " + range);
    add("psnr_pooled", metrics.psnr_pooled, "dB", "10 log10(peak^2 / mse); " + range);
  }
  add("ssim", metrics.ssim, "",
      "structural similarity (Wang et al. 2004), Gaussian window 11x11, sigma 1.5, mean over images; " + range);
}

void add_tables(Evaluator& evaluator, const ReconstructionMetrics& metrics) {
  const Dataset& data = evaluator.dataset();
  if (data.has_labels()) {
    EvaluationTable table{"mse_by_class", {"mse"}, {}};
    const std::vector<double> means = class_means(metrics.sample_mse, data.labels());
    for (size_t c = 0; c < means.size(); ++c) {
      table.rows.push_back({means[c]});
      table.names.push_back(data.class_name(static_cast<int32_t>(c)));
    }
    evaluator.add_table(std::move(table));
  }
  EvaluationTable features{"mse_by_feature", {"mse", "r2"}, {}};
  if (data.feature_names().size() == metrics.feature_mse.size()) features.names = data.feature_names();
  for (size_t j = 0; j < metrics.feature_mse.size(); ++j)
    features.rows.push_back({metrics.feature_mse[j], metrics.feature_r2[j]});
  evaluator.add_table(std::move(features));
  for (const bool best : {false, true}) {
    const std::string& noun = evaluator.result.noun;
    EvaluationTable table{(best ? "best_" : "worst_") + noun, {"index", "row", "mse"}, {}};
    for (const int64_t i : extreme_indices(metrics.sample_mse, kExtremes, best)) {
      table.rows.push_back({static_cast<double>(i), static_cast<double>(data.stored_row(i)),
                            metrics.sample_mse[static_cast<size_t>(i)]});
      if (data.has_sample_names()) table.names.push_back(data.sample_name(i));
    }
    evaluator.add_table(std::move(table));
  }
}

// The categories of a table: how likely and how often the right one is.
void add_categories(Evaluator& evaluator, const Dataset& preprocessed) {
  const std::vector<ValueGroup>& groups = evaluator.model.network().categories();
  if (groups.empty()) return;
  constexpr float kLeast = 1e-7f;
  double cross_entropy = 0;
  int64_t right = 0, count = 0;
  for (int64_t begin = 0; begin < preprocessed.size(); begin += kBlockRows) {
    const Tensor x = preprocessed.read(begin, std::min(begin + kBlockRows, preprocessed.size()));
    const Tensor y = evaluator.model.reconstruct_preprocessed(x, evaluator.context);
    for (int64_t i = 0; i < x.rows(); ++i)
      for (const ValueGroup& group : groups) {
        const auto first = static_cast<size_t>(group.begin), size = static_cast<size_t>(group.end - group.begin);
        const std::span<const float> target = x.row(i).subspan(first, size), output = y.row(i).subspan(first, size);
        const auto at = std::ranges::find(target, 1.0f) - target.begin();
        if (at == std::ssize(target)) continue;  // missing or unknown
        ++count;
        right += std::ranges::max_element(output) - output.begin() == at;
        cross_entropy -= std::log(static_cast<double>(std::max(kLeast, output[static_cast<size_t>(at)])));
      }
  }
  if (count == 0) return;
  const auto values = static_cast<double>(count);
  evaluator.add({kFamily, "category_accuracy", "model", static_cast<double>(right) / values, "",
                 "share of the categories of all samples for which the most likely one in the reconstruction is the "
                 "right one; missing and unknown categories do not count",
                 "", preprocessed.size()});
  evaluator.add({kFamily, "category_cross_entropy", "model", cross_entropy / values, "per category",
                 "mean over the same categories of -ln of the probability of the right one, at least 1e-7", "",
                 preprocessed.size()});
}

}  // namespace

void evaluate_reconstruction(Evaluator& evaluator) {
  const Dataset preprocessed = evaluator.model.preprocess(evaluator.dataset());
  const Shape& shape = evaluator.model.sample_shape();
  const auto measure = [&](const auto& reconstruct) {
    ReconstructionMeter meter(shape, evaluator.model.value_scale());
    for (int64_t begin = 0; begin < preprocessed.size(); begin += kBlockRows) {
      const Tensor x = preprocessed.read(begin, std::min(begin + kBlockRows, preprocessed.size()));
      meter.add(x, reconstruct(x), evaluator.context);
    }
    return meter.metrics();
  };
  const ReconstructionMetrics model =
      measure([&](const Tensor& x) { return reconstruct_known(evaluator.model, x, evaluator.context); });
  add_metrics(evaluator, model, "model");
  add_tables(evaluator, model);
  add_categories(evaluator, preprocessed);
  if (std::isnan(model.bce) && evaluator.wants(kFamily, "bce"))
    evaluator.attempt("bce", [] { throw Error(ErrorKind::kData, "Cross-entropy needs values in [0, 1]."); });
  if (std::isnan(model.ssim) && (is_image(shape) ? evaluator.wants(kFamily, "ssim") : evaluator.is_named("ssim")))
    evaluator.attempt("ssim", [&] {
      throw Error(
          ErrorKind::kUsage,
          fmt::format("Structural similarity needs images of at least 11x11; these samples are {}.", to_string(shape)));
    });
  for (const char* metric : {"psnr_mean", "psnr_pooled"})
    if (!is_image(shape) && evaluator.is_named(metric))
      evaluator.attempt(metric, [&] {
        throw Error(ErrorKind::kUsage, fmt::format("PSNR needs images; these samples are {}.", to_string(shape)));
      });
  evaluator.attempt("reconstruction of pca", [&] {
    add_metrics(evaluator, measure([&](const Tensor& x) { return evaluator.pca_reconstruct(x); }), "pca");
  });
}

}  // namespace hourglass
