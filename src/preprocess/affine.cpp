#include "preprocess/affine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/text.h"
#include "hourglass/error.h"
#include "preprocess/statistics.h"

namespace hourglass {
namespace {

constexpr size_t kFeaturesNamed = 10;

// "3 of 30 features (2, 7, 'pressure')"
std::string name_features(const std::vector<size_t>& features, const Dataset& data) {
  std::vector<std::string> words;
  for (const size_t feature : features) {
    if (words.size() == kFeaturesNamed) {
      words.emplace_back("...");
      break;
    }
    const auto& names = data.feature_names();
    words.push_back(names.empty() ? fmt::format("{}", feature) : fmt::format("'{}'", names[feature]));
  }
  return fmt::format("{} of {} features ({})", features.size(), data.sample_dim(), join(words));
}

void log_features(const Fitting& fitting, const std::vector<size_t>& features, const char* what) {
  if (!features.empty() && fitting.context.log)
    fitting.context.log(fmt::format("{}: {} {}", fitting.where, name_features(features, fitting.train), what));
}

constexpr const char* kConstant = "have the same value in all training samples; they become 0 for the model.";
constexpr const char* kConstantLimited =
    "have the same value in all training samples; any other value will be far from it.";

// Categories are not scaled.
bool keeps_category(const Fitting& fitting, size_t feature, Affine::Map& map) {
  if (!fitting.skips(feature)) return false;
  map.shift.push_back(0);
  map.scale.push_back(1);
  return true;
}

Affine::Map map_range(ValueRange from, ValueRange to) {
  const double scale = (to.high - to.low) / (from.high - from.low);
  return {{static_cast<float>(from.low - to.low / scale)}, {static_cast<float>(scale)}};
}

Affine::Map fit_standardize(const Fitting& fitting) {
  const FeatureStatistics features = feature_statistics(fitting.train, fitting.context);
  Affine::Map map;
  std::vector<size_t> constant;
  for (size_t j = 0; j < features.mean.size(); ++j) {
    if (keeps_category(fitting, j, map)) continue;
    const bool is_constant = features.is_constant(j);
    if (is_constant) constant.push_back(j);
    map.shift.push_back(static_cast<float>(features.mean[j]));
    map.scale.push_back(is_constant ? 0.0f : static_cast<float>(1 / std::sqrt(features.variance[j])));
  }
  log_features(fitting, constant, kConstant);
  return map;
}

Affine::Map fit_minmax(const Fitting& fitting, ValueRange target) {
  const FeatureStatistics features = feature_statistics(fitting.train, fitting.context);
  Affine::Map map;
  std::vector<size_t> constant;
  for (size_t j = 0; j < features.mean.size(); ++j) {
    if (keeps_category(fitting, j, map)) continue;
    const bool is_constant = features.is_constant(j);
    if (is_constant) constant.push_back(j);
    const Affine::Map feature_map =
        map_range({static_cast<double>(features.low[j]), static_cast<double>(features.high[j])}, target);
    map.shift.push_back(is_constant ? features.low[j] : feature_map.shift[0]);
    map.scale.push_back(is_constant ? 0.0f : feature_map.scale[0]);
  }
  log_features(fitting, constant, kConstant);
  return map;
}

// Values of a constant feature count as equal up to this relative difference, which rounding to float32 can cause.
constexpr double kRounding = 1e-5;

// The scale of a feature with one value, for results that are limited.
float scale_of_constant(double value, float limit) {
  const double least = kRounding * std::max(std::abs(value), static_cast<double>(std::numeric_limits<float>::min()));
  return static_cast<float>(std::min(static_cast<double>(limit) / least, 1e30));
}

Affine::Map fit_robust(const Fitting& fitting, std::optional<float> limit) {
  const FeatureStatistics features = feature_statistics(fitting.train, fitting.context);
  const auto quartiles_of = quartiles(fitting.train, fitting.context);
  Affine::Map map;
  std::vector<size_t> constant, concentrated;
  for (size_t j = 0; j < quartiles_of.size(); ++j) {
    if (keeps_category(fitting, j, map)) continue;
    const auto [first, median, third] = quartiles_of[j];
    const double distance = third - first;
    const bool is_constant = features.is_constant(j);
    if (is_constant) constant.push_back(j);
    if (distance == 0 && !is_constant) concentrated.push_back(j);
    map.shift.push_back(static_cast<float>(median));
    if (is_constant)
      map.scale.push_back(limit ? scale_of_constant(median + fitting.origin_of(j), *limit) : 0.0f);
    else if (distance == 0)
      map.scale.push_back(limit ? static_cast<float>(1 / std::sqrt(features.variance[j])) : 1.0f);
    else
      map.scale.push_back(static_cast<float>(1 / distance));
  }
  log_features(fitting, constant, limit ? kConstantLimited : kConstant);
  log_features(fitting, concentrated,
               limit ? "have an interquartile range of 0; they are divided by their standard deviation."
                     : "have an interquartile range of 0; their median is subtracted, and they are not scaled.");
  return map;
}

}  // namespace

Affine::Affine(const Shape& shape, bool by_feature, FitMap fit_map, std::optional<ValueRange> target,
               std::optional<float> limit)
    : Step(shape, shape), by_feature_(by_feature), fit_map_(std::move(fit_map)), target_(target), limit_(limit) {}

bool Affine::fold(SampleTransform& transform) const {
  SampleTransform next = transform;
  if (!next.then_affine(map_.shift, map_.scale) || (limit_ && !next.then_limit(-*limit_, *limit_))) return false;
  transform = std::move(next);
  return true;
}

std::vector<Step::Parameter> Affine::parameters() {
  const Shape shape = {by_feature_ ? output_dim() : 1};
  return {{"shift", shape, &map_.shift}, {"scale", shape, &map_.scale}};
}

void Affine::invert(int64_t rows, const float* y, float* x) const {
  const int64_t dim = output_dim();
  for (int64_t i = 0; i < rows * dim; ++i) {
    const size_t j = map_.shift.size() == 1 ? 0 : static_cast<size_t>(i % dim);
    x[i] = map_.scale[j] == 0 ? map_.shift[j] : y[i] / map_.scale[j] + map_.shift[j];
  }
}

std::optional<ValueRange> Affine::range(std::optional<ValueRange> before) const {
  if (target_ || by_feature_ || !before) return target_;
  const auto shift = static_cast<double>(map_.shift[0]), scale = static_cast<double>(map_.scale[0]);
  return ValueRange{(before->low - shift) * scale, (before->high - shift) * scale};
}

std::unique_ptr<Step> make_scale(const Shape& shape, ValueRange target) {
  const auto fit_map = [target](const Fitting& fitting) {
    const ValueRange from = fitting.range ? *fitting.range : feature_statistics(fitting.train, fitting.context).range();
    if (!(from.low < from.high))
      throw Error(ErrorKind::kData,
                  fmt::format("{}: all values of the training set are {}; they have no range to scale.", fitting.where,
                              from.low));
    return map_range(from, target);
  };
  return std::make_unique<Affine>(shape, false, fit_map, target);
}

std::unique_ptr<Step> make_minmax(const Shape& shape, ValueRange target) {
  return std::make_unique<Affine>(
      shape, true, [target](const Fitting& fitting) { return fit_minmax(fitting, target); },
      ValueRange{std::min(0.0, target.low), std::max(0.0, target.high)});
}

std::unique_ptr<Step> make_standardize(const Shape& shape) {
  return std::make_unique<Affine>(shape, true, fit_standardize);
}

std::unique_ptr<Step> make_robust(const Shape& shape, std::optional<float> limit) {
  return std::make_unique<Affine>(
      shape, true, [limit](const Fitting& fitting) { return fit_robust(fitting, limit); }, std::nullopt, limit);
}

std::unique_ptr<Step> make_remove_global_mean(const Shape& shape) {
  return std::make_unique<Affine>(shape, false, [](const Fitting& fitting) {
    const double mean = pooled_moments(feature_statistics(fitting.train, fitting.context)).mean;
    return Affine::Map{{static_cast<float>(mean)}, {1.0f}};
  });
}

}  // namespace hourglass
