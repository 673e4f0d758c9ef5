#include "preprocess/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/error.h"
#include "preprocess/statistics.h"

namespace hourglass {
namespace {

// Base of steps that keep the shape and count as the identity when inverted.
class ValueStep : public Step {
 public:
  explicit ValueStep(const Shape& shape) : Step(shape, shape) {}
  bool inverts() const override { return true; }
  void invert(int64_t rows, const float* y, float* x) const override { std::copy_n(y, rows * input_dim(), x); }
};

class Impute final : public ValueStep {
 public:
  Impute(const Shape& shape, Imputation imputation, double constant, std::optional<double> empty)
      : ValueStep(shape), imputation_(imputation), constant_(constant), empty_(empty) {}

  void fit(const Fitting& fitting) override {
    const auto dim = static_cast<size_t>(input_dim());
    const FeatureStatistics features = feature_statistics(fitting.train, fitting.context);
    const auto empty = std::ranges::find(features.missing, fitting.train.size());
    const auto name_of = [&](size_t feature) {
      const std::vector<std::string>& names = fitting.train.feature_names();
      return names.empty() ? fmt::format("{}", feature) : fmt::format("'{}'", names[feature]);
    };
    if (imputation_ != Imputation::kConstant && empty != features.missing.end() && !empty_)
      throw Error(
          ErrorKind::kData,
          fmt::format("{}: feature {} has no value in any training sample; leave it out, or use 'impute 0' to replace "
                      "its missing values.",
                      fitting.where, name_of(static_cast<size_t>(empty - features.missing.begin()))));
    fill_.assign(dim, static_cast<float>(constant_));
    for (size_t j = 0; j < fitting.origin.size(); ++j) fill_[j] = static_cast<float>(constant_ - fitting.origin[j]);
    if (imputation_ == Imputation::kMean) fill_.assign(features.mean.begin(), features.mean.end());
    if (imputation_ == Imputation::kMedian) {
      const auto feature_quartiles = quartiles(fitting.train, fitting.context);
      for (size_t j = 0; j < dim; ++j) fill_[j] = static_cast<float>(feature_quartiles[j][1]);
    }
    int64_t missing = 0;
    for (size_t j = 0; j < dim; ++j) {
      missing += features.missing[j];
      if (imputation_ == Imputation::kConstant || features.missing[j] < fitting.train.size()) continue;
      fill_[j] = static_cast<float>(*empty_);
      if (fitting.context.log)
        fitting.context.log(fmt::format("{}: feature {} has no value in any training sample; it is {}.", fitting.where,
                                        name_of(j), *empty_));
    }
    if (missing > 0 && fitting.context.log)
      fitting.context.log(fmt::format("{}: {} of {} values of the training set are missing and were imputed.",
                                      fitting.where, missing, fitting.train.size() * input_dim()));
  }
  std::vector<Parameter> parameters() override { return {{"values", {input_dim()}, &fill_}}; }
  bool folds() const override { return true; }
  bool fold(SampleTransform& transform) const override { return transform.then_replace_missing(fill_); }
  std::optional<ValueRange> range(std::optional<ValueRange> before) const override {
    if (!before || imputation_ != Imputation::kConstant) return before;
    return ValueRange{std::min(before->low, constant_), std::max(before->high, constant_)};
  }

 private:
  Imputation imputation_;
  double constant_;
  std::optional<double> empty_;  // of a feature without values
  std::vector<float> fill_;
};

class None final : public ValueStep {
 public:
  using ValueStep::ValueStep;
  bool folds() const override { return true; }
  bool fold(SampleTransform&) const override { return true; }
  std::optional<ValueRange> range(std::optional<ValueRange> before) const override { return before; }
};

class Binarize final : public ValueStep {
 public:
  Binarize(const Shape& shape, float threshold) : ValueStep(shape), threshold_(threshold) {}
  bool folds() const override { return true; }
  bool fold(SampleTransform& transform) const override { return transform.then_binarize(threshold_); }
  std::optional<ValueRange> range(std::optional<ValueRange>) const override { return ValueRange{0, 1}; }

 private:
  float threshold_;
};

class Bernoulli final : public ValueStep {
 public:
  using ValueStep::ValueStep;
  void fit(const Fitting& fitting) override {
    const ValueRange range =
        fitting.range ? *fitting.range : feature_statistics(fitting.train, fitting.context).range();
    if (!(range.low >= 0 && range.high <= 1))
      throw Error(
          ErrorKind::kUsage,
          fmt::format("{}: values must be probabilities, but they range from {:.4g} to {:.4g}. Insert 'scale 0 1' "
                      "before this step.",
                      fitting.where, range.low, range.high));
  }
  bool folds() const override { return true; }
  bool fold(SampleTransform& transform) const override { return transform.then_draw(); }
  std::optional<ValueRange> range(std::optional<ValueRange>) const override { return ValueRange{0, 1}; }
};

// Mean and standard deviation of the values of one sample.
std::pair<double, double> moments(const float* values, int64_t count) {
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < count; ++i) sum += static_cast<double>(values[i]);
  const double mean = sum / static_cast<double>(count);
  for (int64_t i = 0; i < count; ++i) {
    const double difference = static_cast<double>(values[i]) - mean;
    squares += difference * difference;
  }
  return {mean, std::sqrt(squares / static_cast<double>(count))};
}

class RemoveImageMean final : public Step {
 public:
  explicit RemoveImageMean(const Shape& shape) : Step(shape, shape) {}
  void apply(int64_t rows, const float* x, float* y) const override {
    const int64_t dim = input_dim();
    for (int64_t row = 0; row < rows; ++row, x += dim, y += dim) {
      const auto mean = static_cast<float>(moments(x, dim).first);
      for (int64_t i = 0; i < dim; ++i) y[i] = x[i] - mean;
    }
  }
  std::optional<ValueRange> range(std::optional<ValueRange>) const override { return std::nullopt; }
};

class ClipImage final : public ValueStep {
 public:
  ClipImage(const Shape& shape, double deviations) : ValueStep(shape), deviations_(deviations) {}
  void apply(int64_t rows, const float* x, float* y) const override {
    const int64_t dim = input_dim();
    for (int64_t row = 0; row < rows; ++row, x += dim, y += dim) {
      const auto [mean, deviation] = moments(x, dim);
      const auto low = static_cast<float>(mean - deviations_ * deviation);
      const auto high = static_cast<float>(mean + deviations_ * deviation);
      for (int64_t i = 0; i < dim; ++i) y[i] = std::clamp(x[i], low, high);
    }
  }
  std::optional<ValueRange> range(std::optional<ValueRange>) const override { return std::nullopt; }

 private:
  double deviations_;
};

class ClipGlobal final : public ValueStep {
 public:
  ClipGlobal(const Shape& shape, double deviations) : ValueStep(shape), deviations_(deviations) {}
  void fit(const Fitting& fitting) override {
    const PooledMoments all = pooled_moments(feature_statistics(fitting.train, fitting.context));
    const double distance = deviations_ * std::sqrt(all.variance);
    bounds_ = {static_cast<float>(all.mean - distance), static_cast<float>(all.mean + distance)};
  }
  std::vector<Parameter> parameters() override { return {{"bounds", {2}, &bounds_}}; }
  void apply(int64_t rows, const float* x, float* y) const override {
    for (int64_t i = 0; i < rows * input_dim(); ++i) y[i] = std::min(std::max(x[i], bounds_[0]), bounds_[1]);
  }
  std::optional<ValueRange> range(std::optional<ValueRange>) const override {
    return ValueRange{static_cast<double>(bounds_[0]), static_cast<double>(bounds_[1])};
  }

 private:
  double deviations_;
  std::vector<float> bounds_;
};

}  // namespace

std::unique_ptr<Step> make_impute(const Shape& shape, Imputation imputation, double constant,
                                  std::optional<double> empty) {
  return std::make_unique<Impute>(shape, imputation, constant, empty);
}
std::unique_ptr<Step> make_none(const Shape& shape) { return std::make_unique<None>(shape); }
std::unique_ptr<Step> make_binarize(const Shape& shape, float threshold) {
  return std::make_unique<Binarize>(shape, threshold);
}
std::unique_ptr<Step> make_bernoulli(const Shape& shape) { return std::make_unique<Bernoulli>(shape); }
std::unique_ptr<Step> make_remove_image_mean(const Shape& shape) { return std::make_unique<RemoveImageMean>(shape); }
std::unique_ptr<Step> make_clip_image(const Shape& shape, double deviations) {
  return std::make_unique<ClipImage>(shape, deviations);
}
std::unique_ptr<Step> make_clip_global(const Shape& shape, double deviations) {
  return std::make_unique<ClipGlobal>(shape, deviations);
}

}  // namespace hourglass
