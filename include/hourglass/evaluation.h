#pragma once
// Every number that says what a model learned, each with what it means and how it was found.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// One number.
struct Measurement {
  std::string family;   ///< "reconstruction"
  std::string metric;   ///< "mse"
  std::string subject;  ///< what was measured: "model", or a baseline: "pca", "pixels", "input"
  double value = 0;
  std::string unit;        ///< "px": mean over the values of an image; "img": sum over them, mean over images; ...
  std::string definition;  ///< of the metric, one sentence
  std::string estimator;   ///< how an estimate was made; empty where the value is exact
  int64_t samples = 0;     ///< images it is over
  double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< of an estimate; NaN where there is none
};

/// A metric that could not be measured, and why.
struct MissingMetric {
  std::string metric;  ///< or a family, or "family of subject"
  std::string reason;
  bool asked = false;  ///< by name
};

/// Numbers that belong to a measurement: per class, per feature, a confusion matrix, the worst images.
struct EvaluationTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;
};

struct Evaluation {
  std::string part;
  std::string noun;  ///< what the samples are called: "images", or "rows" where they are none
  int64_t num_samples = 0;
  std::vector<Measurement> measurements;
  std::vector<EvaluationTable> tables;
  std::vector<MissingMetric> missing;
  /// The first with these names, or nullptr.
  const Measurement* find(const std::string& metric, const std::string& subject = "model") const;
};

struct EvaluationOptions {
  std::vector<std::string> metrics;  ///< families or metrics; empty: all that fit
  std::string part = "test";         ///< "test" or "train": what is measured. What is fitted is fitted on "train"
  int64_t components = 75;           ///< of the mixture over latents that the likelihood is estimated by
  int64_t likelihood_draws = 5000;   ///< from that mixture
  int64_t importance_draws = 100;    ///< for each image, of the importance-weighted bound
  int64_t clusters = 0;              ///< 0: as many as classes, or 10 without labels
  int64_t neighbours = 5;            ///< that vote in the k-nearest-neighbours classifier
  int64_t generated = 5000;          ///< samples drawn to compare with as many images
  std::vector<double> noise = {0.1, 0.25, 0.5, 0.75, 1};  ///< variances of the denoising metrics
  uint64_t seed = 1;
};

/// Measures `model` on a part of `data`. The training part may be empty where the test part is measured: what would be
/// fitted on it is then missing. What cannot be measured is listed in Evaluation::missing, and the rest is measured all
/// the same. Throws Error(kUsage) for an unknown metric, options below 1 or noise below 0, and samples that do not fit
/// the model.
Evaluation evaluate(const Autoencoder& model, const DataParts& data, const EvaluationOptions& options = {},
                    const Context& context = {});

/// What --metrics may name: "reconstruction", "completion", ...
std::vector<std::string> evaluation_families();

}  // namespace hourglass
