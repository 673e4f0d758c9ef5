#pragma once
// What a simple classifier can read from latents.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// How features are scaled before a classifier sees them.
enum class FeatureScaling {
  kNone,
  kStandardize,  ///< (x - mean) / deviation of each column, of the training rows; constant columns become 0
  kUnitLength    ///< x / |x| of each row; a row of zeros stays
};
const char* name(FeatureScaling scaling);

/// Scales training and test rows alike; nothing is fitted on `test`.
struct ScaledFeatures {
  Tensor train, test;
};
ScaledFeatures scale_features(const Tensor& train, const Tensor& test, FeatureScaling scaling);

struct LogisticOptions {
  double inverse_penalty = 1;  ///< C: the loss is |W|^2 / 2 + C times the sum over samples of the cross-entropy
  int64_t max_iterations = 500;
  double tolerance = 1e-5;  ///< ends where the gradient's norm is below this times max(1, |W|), of the mean loss
};

/// Multinomial logistic regression: class probabilities are softmax(x W + b).
struct LogisticRegression {
  Tensor weights;           ///< {d, classes}
  std::vector<float> bias;  ///< [classes], not penalised
  double loss = 0;          ///< as LogisticOptions says, at the end
  int64_t iterations = 0;
  bool converged = false;

  /// The likeliest class of each row.
  std::vector<int32_t> predict(const Tensor& features, const Context& context = {}) const;
};

/// Fits by L-BFGS on all samples at once (Liu and Nocedal 1989). `features`: {n, d}; `labels`: a class a row.
/// Throws Error(kUsage) where counts do not fit, Error(kData) for fewer than two classes or values not finite.
LogisticRegression fit_logistic_regression(const Tensor& features, std::span<const int32_t> labels,
                                           const LogisticOptions& options = {}, const Context& context = {});

/// The class most of the k nearest training rows have (Euclidean; of several the smallest).
/// Throws as nearest_neighbours does.
std::vector<int32_t> classify_by_neighbours(const Tensor& train, std::span<const int32_t> labels, const Tensor& rows,
                                            int64_t k = 5, const Context& context = {});

/// How many rows of class i were taken for class j; [classes, classes].
struct ConfusionMatrix {
  ConfusionMatrix(std::span<const int32_t> actual, std::span<const int32_t> predicted);
  int64_t classes = 0;
  int64_t samples = 0;
  std::vector<int64_t> counts;
  /// The part of the samples that were taken for another class.
  double error() const;
  /// Standard error of that part, sqrt(p (1 - p) / n).
  double standard_error() const;
};

}  // namespace hourglass
