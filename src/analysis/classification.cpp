#include "hourglass/classification.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/matrix.h"
#include "hourglass/error.h"
#include "hourglass/generation.h"

namespace hourglass {
namespace {

void scale_columns(const std::vector<double>& mean, const std::vector<double>& deviation, Tensor& rows) {
  const size_t width = mean.size();
  for (size_t i = 0; i < rows.values().size(); ++i) {
    float& value = rows.values()[i];
    const size_t j = i % width;
    value = deviation[j] > 0 ? static_cast<float>((static_cast<double>(value) - mean[j]) / deviation[j]) : 0;
  }
}

void scale_rows(Tensor& rows) {
  const std::vector<double> squared = squared_lengths(rows);
  for (int64_t i = 0; i < rows.rows(); ++i) {
    const double length = std::sqrt(squared[static_cast<size_t>(i)]);
    if (length == 0) continue;
    float* row = rows.data() + i * rows.row_size();
    for (int64_t j = 0; j < rows.row_size(); ++j) row[j] = static_cast<float>(static_cast<double>(row[j]) / length);
  }
}

}  // namespace

const char* name(FeatureScaling scaling) {
  switch (scaling) {
    case FeatureScaling::kNone:
      return "raw";
    case FeatureScaling::kStandardize:
      return "standardized";
    case FeatureScaling::kUnitLength:
      return "unit length";
  }
  return "";
}

ScaledFeatures scale_features(const Tensor& train, const Tensor& test, FeatureScaling scaling) {
  check_same_width(train, test);
  check_finite(train, "training features");
  check_finite(test, "test features");
  ScaledFeatures scaled{train, test};
  if (scaling == FeatureScaling::kStandardize) {
    const std::vector<double> mean = column_means(train, {.threads = 1, .log = {}});
    const std::vector<double> deviation = column_deviations(train, mean);
    scale_columns(mean, deviation, scaled.train);
    scale_columns(mean, deviation, scaled.test);
  } else if (scaling == FeatureScaling::kUnitLength) {
    scale_rows(scaled.train);
    scale_rows(scaled.test);
  }
  return scaled;
}

std::vector<int32_t> classify_by_neighbors(const Tensor& train, std::span<const int32_t> labels, const Tensor& rows,
                                           int64_t k, const Context& context, std::span<const int64_t> ignored) {
  const int64_t classes = check_labels(train.rows(), labels);
  const Neighbors neighbors = nearest_neighbors(rows, train, k, ignored, context);
  std::vector<int32_t> predicted;
  for (int64_t i = 0; i < rows.rows(); ++i) {
    std::vector<int64_t> votes(static_cast<size_t>(classes));
    for (int64_t j = i * k; j < (i + 1) * k; ++j)
      ++votes[static_cast<size_t>(labels[static_cast<size_t>(neighbors.indices[static_cast<size_t>(j)])])];
    predicted.push_back(static_cast<int32_t>(std::ranges::max_element(votes) - votes.begin()));
  }
  return predicted;
}

ConfusionMatrix::ConfusionMatrix(std::span<const int32_t> actual, std::span<const int32_t> predicted)
    : classes(std::max(check_labels(static_cast<int64_t>(actual.size()), actual),
                       check_labels(static_cast<int64_t>(actual.size()), predicted))),
      samples(static_cast<int64_t>(actual.size())),
      counts(static_cast<size_t>(classes * classes)) {
  if (samples == 0) throw Error(ErrorKind::kUsage, "There are no predictions; a confusion matrix needs at least one.");
  for (size_t i = 0; i < actual.size(); ++i)
    ++counts[static_cast<size_t>(actual[i]) * static_cast<size_t>(classes) + static_cast<size_t>(predicted[i])];
}

double ConfusionMatrix::error() const {
  int64_t right = 0;
  for (int64_t i = 0; i < classes; ++i) right += counts[static_cast<size_t>(i * classes + i)];
  return static_cast<double>(samples - right) / static_cast<double>(samples);
}

double ConfusionMatrix::standard_error() const {
  return std::sqrt(error() * (1 - error()) / static_cast<double>(samples));
}

}  // namespace hourglass
