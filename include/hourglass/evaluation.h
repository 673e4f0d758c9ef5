#pragma once
// Evaluation of a trained model: all metrics, with definitions and estimators.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// One measured value.
struct Measurement {
  std::string family;   ///< "reconstruction"
  std::string metric;   ///< "mse"
  std::string subject;  ///< "model", or a baseline: "pca", "pixels" (of a table "values"), "input"
  double value = 0;
  std::string unit;        ///< "per value": mean over the values; "per sample": sum over them, mean over samples; ...
  std::string definition;  ///< of the metric, in one sentence
  std::string estimator;   ///< method of an estimate; empty for an exact value
  int64_t samples = 0;     ///< number of samples measured
  double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< of an estimate; NaN if not known
};

/// A metric that could not be measured, and the reason.
struct MissingMetric {
  std::string metric;  ///< or a family, or "<family> of <subject>"
  std::string reason;
  bool asked = false;  ///< whether it was requested by name
};

/// Details of a family of metrics: values per class or per feature, a confusion matrix, the worst samples.
struct EvaluationTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;
  std::vector<std::string> names = {};  ///< of the rows, such as classes; empty: none
};

struct Evaluation {
  std::string part;  ///< EvaluationOptions::part
  std::string noun;  ///< name of the samples in texts: "images", or "rows" if they are not images
  int64_t num_samples = 0;
  std::vector<Measurement> measurements;
  std::vector<EvaluationTable> tables;
  std::vector<MissingMetric> missing;
  /// Returns the first measurement with these names, or nullptr.
  const Measurement* find(const std::string& metric, const std::string& subject = "model") const;
};

struct EvaluationOptions {
  std::vector<std::string> metrics;  ///< families or metrics; empty: all that apply
  /// Split to measure: "test", "validation" or "train". Classifiers, clusters, mixtures and baselines are always fitted
  /// on "train".
  std::string part = "test";
  int64_t components = 75;          ///< of the mixture over latents that estimates the likelihood
  int64_t likelihood_draws = 5000;  ///< draws from that mixture
  int64_t importance_draws = 100;   ///< draws per sample for the importance-weighted bound
  int64_t clusters = 0;             ///< 0: number of classes, or 10 without labels
  int64_t neighbors = 5;            ///< k of the k-nearest-neighbors classifier
  int64_t generated = 5000;         ///< number of generated samples, compared with at most as many measured ones
  std::vector<double> noise = {0.1, 0.25, 0.5, 0.75, 1};  ///< variances of the denoising metrics
  std::string anomaly_class = "";  ///< class of the anomalies of `detection`; empty: "1" if the classes are 0 and 1
  /// Whether each sample of the split is an anomaly; empty: by its label. For labels that the training set lacks.
  std::vector<bool> anomalies = {};
  bool classifies_values = true;  ///< also classify from the values themselves, the slowest baseline
  uint64_t seed = 1;
};

/// Measures `model` on one split of `data`. Metrics that cannot be measured are listed in Evaluation::missing. If the
/// training set is empty, these include all that are fitted on it. PSNR is measured for images only. Throws
/// Error(kUsage) for an unknown metric, options below 1, negative noise, an empty split, and samples that do not fit
/// the model, and if there is not one of `anomalies` per sample.
Evaluation evaluate(const Autoencoder& model, const DataSplit& data, const EvaluationOptions& options = {},
                    const Context& context = {});

/// Names of the families of metrics: "reconstruction", "completion", ...
std::vector<std::string> evaluation_families();

/// The families and metrics that most people want, all measured within seconds: reconstruction, latents, with labels
/// of anomalies detection, and with labels and if it is fast, the classification error of latents and principal
/// components. Fitted on `train`, measured on `measured`. Other options are those of `options`.
EvaluationOptions summary_options(const Autoencoder& model, const Dataset& train, const Dataset& measured,
                                  EvaluationOptions options = {});

}  // namespace hourglass
