#pragma once
// Simple classifiers, to measure how well features such as latents separate the classes.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Scaling of features before classification.
enum class FeatureScaling {
  kNone,
  kStandardize,  ///< (x - mean) / standard deviation by column, fitted on the training rows; constant columns become 0
  kUnitLength    ///< x / |x| by row; a row of zeros stays zero
};
const char* name(FeatureScaling scaling);

/// Scales training and test rows the same way. Nothing is fitted on `test`.
struct ScaledFeatures {
  Tensor train, test;
};
ScaledFeatures scale_features(const Tensor& train, const Tensor& test, FeatureScaling scaling);

struct LogisticOptions {
  double inverse_penalty = 1;  ///< C: the loss is |W|^2 / 2 + C times the sum over samples of the cross-entropy
  int64_t max_iterations = 500;
  double tolerance = 1e-5;  ///< stops when the gradient norm of the mean loss is below this times max(1, |W|)
};

/// Multinomial logistic regression: class probabilities are softmax(x W + b).
struct LogisticRegression {
  Tensor weights;           ///< {d, classes}
  std::vector<float> bias;  ///< [classes], not penalized
  double loss = 0;          ///< final value of the loss defined at LogisticOptions::inverse_penalty
  int64_t iterations = 0;
  bool converged = false;

  /// Returns the most probable class of each row.
  std::vector<int32_t> predict(const Tensor& features, const Context& context = {}) const;
};

/// Fits by full-batch L-BFGS (Liu and Nocedal 1989). `features`: {n, d}; `labels`: one class per row.
/// Throws Error(kUsage) if the counts do not match, Error(kData) for fewer than two classes or non-finite values.
LogisticRegression fit_logistic_regression(const Tensor& features, std::span<const int32_t> labels,
                                           const LogisticOptions& options = {}, const Context& context = {});

/// Returns the most frequent class among the k nearest training rows (Euclidean); ties go to the smallest class.
/// `ignored`: the training row of each row, which is not its neighbor, or -1; see nearest_neighbors.
/// Throws the same errors as nearest_neighbors.
std::vector<int32_t> classify_by_neighbors(const Tensor& train, std::span<const int32_t> labels, const Tensor& rows,
                                           int64_t k = 5, const Context& context = {},
                                           std::span<const int64_t> ignored = {});

/// Counts of rows of class i that were predicted as class j; [classes, classes].
struct ConfusionMatrix {
  ConfusionMatrix(std::span<const int32_t> actual, std::span<const int32_t> predicted);
  int64_t classes = 0;
  int64_t samples = 0;
  std::vector<int64_t> counts;
  /// Fraction of misclassified samples.
  double error() const;
  /// Standard error of that fraction, sqrt(p (1 - p) / n).
  double standard_error() const;
};

}  // namespace hourglass
