#include "hourglass/preprocessing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "core/team.h"
#include "core/text.h"
#include "hourglass/error.h"
#include "preprocess/grammar.h"
#include "preprocess/match.h"
#include "preprocess/one_hot.h"
#include "preprocess/statistics.h"
#include "preprocess/step.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 64;

std::string step_text(const std::vector<std::string>& texts, size_t i) {
  return fmt::format("data.preprocess step {} ('{}')", i + 1, texts[i]);
}

bool imputes(const std::vector<std::string>& texts) { return !texts.empty() && texts[0].starts_with("impute"); }

// Throws for missing values; only floats can be missing. If `range` is not null, also stores the range of the values.
void check_missing(const Dataset& data, const Context& context, ValueRange* range) {
  if (data.storage().type() == ElementType::kUint8) return;
  const FeatureStatistics features = feature_statistics(data, context);
  if (range) *range = features.range();
  int64_t count = 0;
  for (const int64_t missing : features.missing) count += missing;
  if (count == 0) return;
  std::vector<float> sample(static_cast<size_t>(data.sample_dim()));
  for (int64_t i = 0; i < data.size(); ++i) {
    data.read(i, i + 1, sample.data());
    const auto at = std::ranges::find_if(sample, [](float value) { return !std::isfinite(value); });
    if (at == sample.end()) continue;
    const auto feature = static_cast<size_t>(at - sample.begin());
    throw Error(
        ErrorKind::kData,
        fmt::format(
            "Dataset '{}': {} of {} values are missing (NaN or infinite); the first is value {}{} of sample {}. "
            "Correct the data, or train with --set \"data.preprocess=impute median\".",
            data.name(), count, data.size() * data.sample_dim(), feature,
            data.feature_names().empty() ? "" : fmt::format(" ('{}')", data.feature_names()[feature]), i));
  }
}

// Whether the first step, apart from imputing, subtracts a number of each feature. Then it can work on differences.
bool removes_location(const std::vector<std::string>& texts) {
  const auto first = std::ranges::find_if(texts, [](const std::string& text) { return !text.starts_with("impute"); });
  if (first == texts.end()) return false;
  const std::string word = first->substr(0, first->find(' '));
  return word == "standardize" || word == "minmax" || word == "robust" || word == "whiten";
}

// Whether the values of categories stay 0 and 1.
bool keeps_categories(const std::string& text) {
  const std::string word = text.substr(0, text.find(' '));
  return word == "none" || word == "standardize" || word == "minmax" || word == "robust";
}

// "a, b, c and 12 more"
std::string list(std::vector<std::string> names) {
  constexpr size_t kMostNamed = 20;
  if (names.size() <= kMostNamed) return join(names);
  const size_t more = names.size() - kMostNamed;
  names.resize(kMostNamed);
  return fmt::format("{} and {} more", join(names), more);
}

std::vector<std::string> without(const std::vector<std::string>& names, const std::vector<std::string>& others) {
  const std::set<std::string> known(others.begin(), others.end());
  std::vector<std::string> rest;
  std::ranges::copy_if(names, std::back_inserter(rest), [&](const auto& name) { return !known.contains(name); });
  return rest;
}

[[noreturn]] void reject_features(const Dataset& samples, const std::vector<std::string>& learned) {
  const std::vector<std::string>& found = samples.feature_names();
  std::string difference;
  if (const auto missing = without(learned, found); !missing.empty()) difference += " Missing: " + list(missing) + ".";
  if (const auto more = without(found, learned); !more.empty())
    difference += " Not known to the model: " + list(more) + ".";
  if (difference.empty()) difference = " Their order differs.";
  throw Error(ErrorKind::kUsage, fmt::format("The columns of '{}' are not those that the model was trained on.{} "
                                             "Columns of the training data: {}. Columns of '{}': {}.",
                                             samples.name(), difference, list(learned), samples.name(), list(found)));
}

[[noreturn]] void reject_shape(const Dataset& samples, const Preprocessing& preprocessing) {
  const Shape &found = samples.sample_shape(), &expected = preprocessing.input_shape();
  const std::vector<std::string>& learned = preprocessing.stored_form().feature_names;
  if (!learned.empty() && !samples.feature_names().empty()) reject_features(samples, learned);
  if (found.size() == 1 && expected.size() == 1)
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' has {} columns of values. The model was trained on {}{}.", samples.name(), found[0],
                            expected[0], learned.empty() ? "" : ": " + list(learned)));
  throw Error(ErrorKind::kUsage,
              fmt::format("Dataset '{}' has samples of {}; data.preprocess was fitted on samples of {}.",
                          samples.name(), to_string(found), to_string(expected)));
}

// Returns the samples, preprocessed so far, as stored floats. Also applies `step` unless it is null.
Dataset computed(const Dataset& data, const Step* step, const Context& context) {
  const int64_t in = data.sample_dim(), out = step ? step->output_dim() : in;
  std::vector<float> values(static_cast<size_t>(data.size() * out));
  const int workers = num_threads(context);
  run_team(workers, [&](int worker) {
    std::vector<float> block(static_cast<size_t>(kBlockRows * in));
    const Range range = share(data.size(), workers, worker, kBlockRows);
    for (long begin = range.begin; begin < range.end; begin += kBlockRows) {
      const long end = std::min<long>(begin + kBlockRows, range.end);
      float* to = values.data() + begin * out;
      data.read(begin, end, step ? block.data() : to);
      if (step) step->apply(end - begin, block.data(), to);
      data.release(begin, end);
    }
  });
  Dataset result(data.name(), step ? step->output_shape() : data.sample_shape(),
                 SampleStorage::of_floats(std::move(values)), {data.labels().begin(), data.labels().end()});
  result.set_class_names(data.class_names());
  if (result.sample_shape() == data.sample_shape()) result.set_feature_names(data.feature_names());
  return result;
}

// Names of the values of one_hot, for messages: "load", "state=run", "state=idle". Empty if the features have no names.
std::vector<std::string> value_names(const Dataset& train) {
  std::vector<std::string> names;
  for (size_t j = 0; j < train.feature_names().size(); ++j) {
    if (train.categories()[j].empty()) names.push_back(train.feature_names()[j]);
    for (const std::string& category : train.categories()[j])
      names.push_back(fmt::format("{}={}", train.feature_names()[j], category));
  }
  return names;
}

// Appends `step` to the preprocessing of `data`.
void add_step(const Step& step, const Context& context, Dataset& data, SampleTransform& transform) {
  if (step.folds() && step.fold(transform)) {
    data = data.with_transform(transform);
    return;
  }
  data = computed(data, step.folds() ? nullptr : &step, context);
  transform = SampleTransform();
  if (step.folds()) step.fold(transform);
  data = data.with_transform(transform);
}

}  // namespace

Preprocessing::Preprocessing(const std::vector<std::string>& steps, const Shape& input_shape)
    : input_shape_(input_shape), output_shape_(input_shape), texts_(steps) {
  for (size_t i = 0; i < steps.size(); ++i) {
    steps_.push_back(make_step(steps[i], step_text(steps, i), output_shape_));
    output_shape_ = steps_.back()->output_shape();
    if (const auto* one_hot = dynamic_cast<const OneHot*>(steps_.back().get()); one_hot && !one_hot->folds()) {
      feature_starts_ = one_hot->starts();
      categories_ = one_hot->groups();
    } else if (!keeps_categories(steps[i])) {
      categories_.clear();
    }
    if (steps[i].starts_with("impute") && i > 0)
      throw Error(ErrorKind::kUsage, fmt::format("{}: impute must be the first step.", step_text(steps, i)));
    if (steps[i].starts_with("bernoulli") && i + 1 < steps.size())
      throw Error(ErrorKind::kUsage,
                  fmt::format("{}: bernoulli must be the last step; its values are drawn again in every training step.",
                              step_text(steps, i)));
  }
}

Preprocessing Preprocessing::fit(const std::vector<std::string>& asked, const Dataset& train, const Context& context) {
  if (train.is_preprocessed())
    throw Error(ErrorKind::kUsage, fmt::format("Dataset '{}' is already preprocessed; preprocessing is fitted on "
                                               "stored samples.",
                                               train.name()));
  const std::vector<std::string> steps = with_categories(asked, train);
  Preprocessing result(steps, train.sample_shape());
  std::optional<ValueRange> range = ValueRange{0, 1};
  if (train.storage().type() != ElementType::kUint8) {
    if (imputes(steps))
      range = feature_statistics(train, context).range();
    else
      check_missing(train, context, &*range);
  }
  const bool is_bytes = train.storage().type() == ElementType::kUint8;
  result.stored_form_ = {is_bytes ? ElementType::kUint8 : ElementType::kFloat32,
                         range->is_unit(),
                         train.feature_names(),
                         train.class_names(),
                         train.categories(),
                         {}};
  std::vector<double>& origin = result.stored_form_.origin;
  if (removes_location(steps))
    origin.assign(train.origin().begin(), train.origin().end());
  else if (!train.origin().empty() && context.log)
    context.log(
        fmt::format("Values of '{}' that are far from 0 are rounded to float32. To keep small differences, start "
                    "data.preprocess with standardize, minmax or robust.",
                    train.name()));
  SampleTransform transform = relative_to(train, origin, train.storage().type());
  Dataset data = train;
  if (!origin.empty()) {
    data = train.with_transform(transform);
    range = std::nullopt;  // of the differences
  }
  std::span<const double> origin_of_features = origin;
  std::vector<bool> is_category;
  for (const auto& categories : train.categories()) is_category.push_back(!categories.empty());
  for (size_t i = 0; i < steps.size(); ++i) {
    Step& step = *result.steps_[i];
    step.fit({data, range, context, step_text(steps, i), origin_of_features, is_category});
    if (step.output_dim() != step.input_dim()) origin_of_features = {};
    if (const auto* one_hot = dynamic_cast<const OneHot*>(&step); one_hot && !one_hot->folds()) {
      is_category.clear();
      for (int64_t j = 0; j < step.input_dim(); ++j)
        is_category.insert(is_category.end(),
                           static_cast<size_t>(one_hot->starts()[static_cast<size_t>(j) + 1] -
                                               one_hot->starts()[static_cast<size_t>(j)]),
                           one_hot->is_category(j));
    }
    range = step.range(range);
    add_step(step, context, data, transform);
    if (dynamic_cast<const OneHot*>(&step) && !train.categories().empty()) data.set_feature_names(value_names(train));
  }
  result.range_ = range ? *range : feature_statistics(data, context).range();
  result.range_values_ = {static_cast<float>(result.range_.low), static_cast<float>(result.range_.high)};
  result.update_fingerprint();
  return result;
}

std::vector<Preprocessing::Learned> Preprocessing::learned() const {
  std::vector<Learned> all;
  for (size_t i = 0; i < steps_.size(); ++i)
    for (const Step::Parameter& one : steps_[i]->parameters())
      all.push_back({fmt::format("preprocessing.{}.{}", i, one.name), one.shape, *one.values});
  all.push_back({"preprocessing.range", {2}, range_values_});
  return all;
}

Preprocessing Preprocessing::restore(const std::vector<std::string>& steps, const Shape& input_shape,
                                     const Find& find) {
  Preprocessing result(steps, input_shape);
  for (size_t i = 0; i < steps.size(); ++i) {
    for (const Step::Parameter& one : result.steps_[i]->parameters()) {
      const std::span<const float> values = find(fmt::format("preprocessing.{}.{}", i, one.name), one.shape);
      one.values->assign(values.begin(), values.end());
    }
    result.steps_[i]->parameters_changed();
  }
  const std::span<const float> range = find("preprocessing.range", {2});
  result.range_values_.assign(range.begin(), range.end());
  result.range_ = {static_cast<double>(range[0]), static_cast<double>(range[1])};
  result.update_fingerprint();
  return result;
}

Dataset Preprocessing::match(const Dataset& samples, const Context& context,
                             std::map<std::string, int64_t>* unknown) const {
  if (unknown) return match_features(samples, stored_form_, context, *unknown);
  std::map<std::string, int64_t> counts;
  Dataset matched = match_features(samples, stored_form_, context, counts);
  report_unknown_categories(counts, samples.name(), context);
  return matched;
}

void report_unknown_categories(const std::map<std::string, int64_t>& unknown, const std::string& source,
                               const Context& context) {
  if (!context.log) return;
  for (const auto& [name, count] : unknown)
    context.log(fmt::format("'{}': {} values of column '{}' are categories that the training data do not have.", source,
                            count, name));
}

void Preprocessing::check_features(const Dataset& samples) const {
  if (!input_shape_.empty() && samples.sample_shape() != input_shape_) reject_shape(samples, *this);
  const std::vector<std::string>& names = stored_form_.feature_names;
  if (!names.empty() && !samples.feature_names().empty() && samples.feature_names() != names)
    reject_features(samples, names);
}

// Bytes have no missing values, and their scale is known.
void Preprocessing::check_form(const Dataset& samples, const Context& context) const {
  check_features(samples);
  if (samples.storage().type() == ElementType::kUint8) return;
  ValueRange range;
  if (imputes(texts_))
    range = feature_statistics(samples, context).range();
  else
    check_missing(samples, context, &range);
  constexpr double kTolerance = 1;  // noise can leave the range; another unit is farther away
  if (stored_form_.element_type == ElementType::kUint8 && (range.low < -kTolerance || range.high > 1 + kTolerance))
    throw Error(
        ErrorKind::kUsage,
        fmt::format("Dataset '{}' has values from {:g} to {:g}. The model learned bytes, as values from 0 to 1. "
                    "Give integers from 0 to 255 as bytes (data.values=bytes), or values from 0 to 1.",
                    samples.name(), range.low, range.high));
}

Dataset Preprocessing::apply(const Dataset& samples, const Context& context) const {
  if (samples.size() == 0) return samples;
  if (samples.is_preprocessed()) {
    if (samples.preprocessed_by() == fingerprint_) return samples;
    throw Error(ErrorKind::kUsage,
                fmt::format("Dataset '{}' was preprocessed by another model. Give the samples as they "
                            "are stored.",
                            samples.name()));
  }
  const Dataset matched = match(samples, context);
  check_form(matched, context);
  SampleTransform transform = relative_to(matched, stored_form_.origin,
                                          stored_form_.is_unit ? matched.storage().type() : ElementType::kFloat32);
  Dataset data = matched.with_transform(transform);
  for (const auto& step : steps_) add_step(*step, context, data, transform);
  data.set_preprocessed_by(fingerprint_);
  return data;
}

// FNV-1a (Fowler, Noll, Vo).
void Preprocessing::update_fingerprint() {
  uint64_t hash = kNoSteps;
  const auto add = [&](const void* bytes, size_t count) {
    for (size_t i = 0; i < count; ++i) hash = (hash ^ static_cast<const unsigned char*>(bytes)[i]) * 1099511628211u;
  };
  for (const std::string& text : texts_) add(text.c_str(), text.size() + 1);
  for (const auto& step : steps_)
    for (const Step::Parameter& one : step->parameters()) add(one.values->data(), one.values->size() * sizeof(float));
  fingerprint_ = hash == 0 ? 1 : hash;
}

size_t Preprocessing::first_inverted() const {
  size_t first = steps_.size();
  while (first > 0 && steps_[first - 1]->inverts()) --first;
  return first;
}

std::string Preprocessing::invert_ends_at() const {
  const size_t first = first_inverted();
  return first == 0 ? "" : texts_[first - 1];
}

Tensor Preprocessing::invert(const Tensor& samples) const {
  const int64_t rows = samples.rows();
  Tensor current = samples;
  for (size_t i = steps_.size(); i > first_inverted(); --i) {
    const Step& step = *steps_[i - 1];
    Shape shape = {rows};
    shape.insert(shape.end(), step.input_shape().begin(), step.input_shape().end());
    Tensor before(shape);
    step.invert(rows, current.data(), before.data());
    current = std::move(before);
  }
  if (first_inverted() == 0 && !stored_form_.origin.empty())
    for (size_t i = 0; i < current.values().size(); ++i) {
      float& value = current.values()[i];
      value = static_cast<float>(static_cast<double>(value) + stored_form_.origin[i % stored_form_.origin.size()]);
    }
  return current;
}

}  // namespace hourglass
