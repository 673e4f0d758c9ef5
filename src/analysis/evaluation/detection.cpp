#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "analysis/evaluation/evaluator.h"
#include "core/text.h"
#include "hourglass/anomaly_labels.h"
#include "hourglass/detection_metrics.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr const char* kFamily = "detection";
constexpr int64_t kBlockRows = 1024;
constexpr size_t kMostNamed = 6;

// Throws if the labels do not say which samples are anomalies.
std::vector<bool> anomalies_of(const Evaluator& evaluator) {
  if (!evaluator.options.anomalies.empty()) return evaluator.options.anomalies;
  const Dataset& data = evaluator.dataset();
  if (!data.has_labels())
    throw Error(ErrorKind::kData, "The dataset has no labels that say which samples are anomalies.");
  std::vector<bool> labels = anomaly_labels(data, "", evaluator.options.anomaly_class);
  if (!labels.empty()) return labels;
  const std::set<int32_t> found(data.labels().begin(), data.labels().end());
  std::vector<std::string> names;
  for (const int32_t label : found)
    if (names.size() < kMostNamed) names.push_back(data.class_name(label));
  if (names.size() < found.size()) names.emplace_back("...");
  throw Error(ErrorKind::kData,
              found.size() == 1
                  ? fmt::format("All samples are of the class {}; anomalies and normal samples are needed.", names[0])
                  : fmt::format("The class of the anomalies is not known; name it with --anomaly-class. Classes: {}.",
                                join(names)));
}

// Mean of (x - y)^2 over the values of each sample.
std::vector<double> sample_scores(const Evaluator& evaluator, const std::function<Tensor(const Tensor&)>& reconstruct) {
  const Dataset data = evaluator.model.preprocess(evaluator.dataset());
  std::vector<double> scores;
  for (int64_t begin = 0; begin < data.size(); begin += kBlockRows) {
    const Tensor x = data.read(begin, std::min(begin + kBlockRows, data.size())), y = reconstruct(x);
    for (int64_t i = 0; i < x.rows(); ++i) {
      double sum = 0;
      for (size_t j = 0; j < x.row(i).size(); ++j) {
        const double difference = static_cast<double>(x.row(i)[j]) - static_cast<double>(y.row(i)[j]);
        sum += difference * difference;
      }
      scores.push_back(sum / static_cast<double>(x.row_size()));
    }
  }
  const auto invalid = std::ranges::find_if(scores, [](double score) { return !std::isfinite(score); });
  if (invalid != scores.end())
    throw Error(ErrorKind::kData,
                fmt::format("The reconstruction error of sample {} is not finite.", invalid - scores.begin()));
  return scores;
}

void add_metrics(Evaluator& evaluator, const std::vector<double>& scores, const std::vector<bool>& anomalies,
                 const std::string& subject) {
  const DetectionMetrics metrics = detection_metrics(scores, anomalies);
  const std::string score = fmt::format(
      "; score: mean of (x - y)^2 over the values of a sample; {} of {} samples are anomalies by their labels",
      count(metrics.anomalies), count(metrics.samples));
  const auto add = [&](const char* metric, const Measured& measured, const std::string& definition) {
    evaluator.add({kFamily, metric, subject, measured.value, "", definition, "", metrics.samples, measured.error});
  };
  add("roc_auc", metrics.roc_auc,
      "probability that an anomaly has a higher score than a normal sample, equal scores count half" + score +
          "; error of DeLong et al. (1988)");
  add("average_precision", metrics.average_precision,
      "sum over thresholds of the score of (increase of recall) x precision; by chance it is the share of anomalies; "
      "error by 200 bootstrap samples");
  add("precision_at_n", metrics.precision_at_n,
      fmt::format("share of anomalies among the n samples with the highest scores; n = {}, the number of anomalies; "
                  "binomial error",
                  count(metrics.anomalies)));
}

}  // namespace

void evaluate_detection(Evaluator& evaluator) {
  const std::vector<bool> anomalies = anomalies_of(evaluator);
  const auto measure = [&](const std::string& subject, const std::function<Tensor(const Tensor&)>& reconstruct) {
    add_metrics(evaluator, sample_scores(evaluator, reconstruct), anomalies, subject);
  };
  measure("model", [&](const Tensor& x) { return reconstruct_known(evaluator.model, x, evaluator.context); });
  evaluator.attempt("detection of pca", [&] {
    evaluator.report("principal components", 0.5);
    measure("pca", [&](const Tensor& x) { return evaluator.pca_reconstruct(x); });
  });
}

}  // namespace hourglass
