#include "hourglass/detector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "detect/ensemble.h"
#include "hourglass/error.h"
#include "model/model_file.h"

namespace hourglass {
namespace {

constexpr const char* kCalibration = "calibration";
constexpr const char* kCalibrationOfNew = "calibration_of_new";
constexpr const char* kUsualValues = "usual_values";
constexpr const char* kCalibratedApart = "calibrated_apart";
// Values of the contributions of the samples that are scored at once.
constexpr int64_t kValuesAtOnce = 2'000'000;

// The scores as float32, which is how they are stored.
std::vector<double> sorted(std::vector<double> scores) {
  for (double& score : scores) score = static_cast<double>(static_cast<float>(score));
  std::ranges::sort(scores);
  return scores;
}

constexpr const char* kFeatureQuantiles = "feature_quantiles";
constexpr const char* kMissingShares = "missing_shares";
constexpr int64_t kNumQuantiles = 201, kMostCompared = 2000;

// Number of samples that are enough for quantiles.
int64_t num_summarized(const Dataset& samples) {
  constexpr int64_t kSamples = 20'000;
  return std::min({samples.size(), kSamples, kValuesAtOnce / samples.sample_dim() + 1});
}

bool is_category(const Dataset& samples, int64_t feature) {
  return !samples.categories().empty() && !samples.categories()[static_cast<size_t>(feature)].empty();
}

// Of the values of each feature that are not missing, in ascending order.
std::vector<std::vector<float>> sorted_values(const Dataset& samples) {
  std::vector<int64_t> chosen;
  const int64_t count = num_summarized(samples);
  for (int64_t i = 0; i < count; ++i) chosen.push_back(i * samples.size() / count);
  const Tensor values = samples.select(chosen).read();
  std::vector<std::vector<float>> sorted(static_cast<size_t>(samples.sample_dim()));
  for (int64_t i = 0; i < values.size(); ++i)
    if (std::isfinite(values.data()[i]) && !(is_category(samples, i % samples.sample_dim()) && values.data()[i] < 0))
      sorted[static_cast<size_t>(i % samples.sample_dim())].push_back(values.data()[i]);
  for (std::vector<float>& column : sorted) std::ranges::sort(column);
  return sorted;
}

float quantile(const std::vector<float>& ascending, double share) {
  const double last = static_cast<double>(ascending.size()) - 1;
  return ascending.empty() ? 0.0f : ascending[static_cast<size_t>(std::lround(share * last))];
}

bool has_features(const Dataset& samples, int64_t num_features) {
  return samples.sample_shape().size() == 1 && samples.sample_dim() == num_features;
}

std::vector<double> calibration_of_file(const SafetensorsFile& file, const std::string& name,
                                        const std::filesystem::path& path) {
  const auto stored = std::ranges::find(file.tensors, name, &SafetensorsTensor::name);
  if (stored == file.tensors.end() || stored->shape.size() != 1 || !std::ranges::is_sorted(stored->values) ||
      std::ranges::any_of(stored->values, [](float value) { return !std::isfinite(value); }))
    throw Error(ErrorKind::kData, fmt::format("'{}': the tensor '{}' is missing, or is not a list of ascending scores.",
                                              path.string(), name));
  return {stored->values.begin(), stored->values.end()};
}

// Contributions of training samples, each by the networks that were trained without it.
void add_own_contributions(const Ensemble& ensemble, const Dataset& block, int64_t first, float* contributions,
                           const Context& context) {
  const auto dim = static_cast<size_t>(ensemble.num_features());
  std::vector<std::vector<int64_t>> folds(static_cast<size_t>(ensemble.num_folds()));
  for (int64_t i = 0; i < block.size(); ++i) folds[ensemble.fold_of_sample(first + i)].push_back(i);
  for (int fold = 0; fold < ensemble.num_folds(); ++fold) {
    const std::vector<int64_t>& rows = folds[static_cast<size_t>(fold)];
    if (rows.empty()) continue;
    std::vector<float> own(rows.size() * dim);
    ensemble.add_contributions(ensemble.members_of(fold), block.select(rows), own.data(), context);
    for (size_t i = 0; i < rows.size(); ++i)
      std::copy_n(own.data() + i * dim, dim, contributions + static_cast<size_t>(rows[i]) * dim);
  }
}

// Sums over the values of each feature.
std::vector<float> by_feature(const std::vector<float>& values, int64_t rows, const std::vector<int64_t>& starts) {
  const size_t dim = starts.size() - 1;
  std::vector<float> sums(static_cast<size_t>(rows) * dim);
  const float* row = values.data();
  for (size_t i = 0; i < static_cast<size_t>(rows); ++i, row += starts.back())
    for (size_t j = 0; j < dim; ++j) sums[i * dim + j] = std::accumulate(row + starts[j], row + starts[j + 1], 0.0f);
  return sums;
}

// A value that is missing is not unusual by itself: what was imputed is no measurement. An infinite value is as unusual
// as a value can be.
void rate_gaps(const Dataset& samples, int64_t first, int64_t rows, int64_t features, double floor,
               std::vector<float>& contributions) {
  constexpr double kLargest = 20;  // of a limited value
  if (samples.is_preprocessed() || samples.sample_dim() != features || samples.storage().is_sparse() ||
      samples.storage().type() == ElementType::kUint8)
    return;
  const auto most = static_cast<float>(std::pow(std::log1p(kLargest * kLargest / std::max(floor, 1e-6)), 1.5));
  std::vector<float> values(static_cast<size_t>(rows * features));
  samples.read(first, first + rows, values.data());
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) contributions[i] = 0;
    if (std::isinf(values[i])) contributions[i] = most;
  }
}

}  // namespace

Detector::Detector(std::shared_ptr<const Ensemble> ensemble) : ensemble_(std::move(ensemble)) {}

Detector Detector::train(const Config& config, const Dataset& train, const Context& context) {
  Detector detector(std::make_shared<const Ensemble>(Ensemble::train(config, train, context)));
  detector.summarize_features(train, true);
  detector.calibrate_by_folds(detector.scores(train, Samples::kTraining, context));
  return detector;
}

Detector Detector::load(const std::filesystem::path& path) {
  const SafetensorsFile file = read_model_file(path, Ensemble::kKind);
  Detector detector(std::make_shared<const Ensemble>(Ensemble::load(file, path)));
  detector.calibration_ = calibration_of_file(file, kCalibration, path);
  if (std::ranges::find(file.tensors, kCalibrationOfNew, &SafetensorsTensor::name) != file.tensors.end())
    detector.calibration_of_new_ = calibration_of_file(file, kCalibrationOfNew, path);
  if (std::ranges::find(file.tensors, kUsualValues, &SafetensorsTensor::name) != file.tensors.end()) {
    const Shape shape = {detector.num_features(), 3};
    detector.usual_values_ = Tensor(shape);
    std::ranges::copy(tensor_of_file(file, kUsualValues, shape, path).values, detector.usual_values_.data());
    if (!std::ranges::all_of(detector.usual_values_.values(), [](float value) { return std::isfinite(value); }))
      throw Error(ErrorKind::kData,
                  fmt::format("'{}': the tensor '{}' has a value that is not finite.", path.string(), kUsualValues));
  }
  if (std::ranges::find(file.tensors, kFeatureQuantiles, &SafetensorsTensor::name) != file.tensors.end()) {
    const int64_t dim = detector.num_features();
    detector.feature_quantiles_ = Tensor({dim, kNumQuantiles});
    const SafetensorsTensor& quantiles = tensor_of_file(file, kFeatureQuantiles, {dim, kNumQuantiles}, path);
    for (int64_t j = 0; j < dim; ++j)
      if (const auto row = std::span(quantiles.values).subspan(static_cast<size_t>(j * kNumQuantiles), kNumQuantiles);
          !std::ranges::is_sorted(row) || !std::isfinite(row.front()) || !std::isfinite(row.back()))
        throw Error(ErrorKind::kData, fmt::format("'{}': row {} of the tensor '{}' is not a list of ascending values.",
                                                  path.string(), j, kFeatureQuantiles));
    std::ranges::copy(quantiles.values, detector.feature_quantiles_.data());
    const SafetensorsTensor& missing = tensor_of_file(file, kMissingShares, {dim}, path);
    detector.missing_shares_.assign(missing.values.begin(), missing.values.end());
  }
  detector.is_calibrated_apart_ = metadata_entry(file, kCalibratedApart, path) == "true";
  return detector;
}

void Detector::save(const std::filesystem::path& path) const {
  std::map<std::string, std::string> metadata = ensemble_->metadata();
  metadata[kCalibratedApart] = is_calibrated_apart_ ? "true" : "false";
  std::vector<SafetensorsView> tensors = ensemble_->tensors();
  const std::vector<float> scores(calibration_.begin(), calibration_.end()),
      of_new(calibration_of_new_.begin(), calibration_of_new_.end());
  tensors.push_back({kCalibration, {std::ssize(scores)}, scores});
  if (!of_new.empty()) tensors.push_back({kCalibrationOfNew, {std::ssize(of_new)}, of_new});
  if (usual_values_.rows() > 0) tensors.push_back({kUsualValues, usual_values_.shape(), usual_values_.values()});
  if (feature_quantiles_.rows() > 0) {
    tensors.push_back({kFeatureQuantiles, feature_quantiles_.shape(), feature_quantiles_.values()});
    tensors.push_back({kMissingShares, {std::ssize(missing_shares_)}, missing_shares_});
  }
  write_safetensors(path, metadata, tensors);
}

const Config& Detector::config() const { return ensemble_->config(); }
const Preprocessing& Detector::preprocessing() const { return ensemble_->preprocessing(); }
const DataFingerprint& Detector::trained_on() const { return ensemble_->trained_on(); }
int64_t Detector::num_networks() const { return std::ssize(ensemble_->members()); }
int64_t Detector::num_features() const {
  const std::vector<int64_t>& starts = preprocessing().feature_starts();
  return starts.empty() ? ensemble_->num_features() : std::ssize(starts) - 1;
}

void Detector::score(const Dataset& samples, Samples which, const std::function<void(const DetectionBlock&)>& visit,
                     const Context& context) const {
  if (which == Samples::kTraining && samples.size() != trained_on().samples)
    throw Error(ErrorKind::kUsage,
                fmt::format("The detector was trained on {} samples, but '{}' has {}. Give the training set.",
                            trained_on().samples, samples.name(), samples.size()));
  const Dataset matched = preprocessing().match(samples, context);
  const Dataset preprocessed = preprocessing().apply(matched, context);
  const int64_t values = ensemble_->num_features(), dim = num_features();
  const int64_t at_once = std::max<int64_t>(1, kValuesAtOnce / values);
  std::vector<float> contributions;
  std::vector<double> scores;
  for (int64_t first = 0; first < samples.size(); first += at_once) {
    context.progress("scoring", first, samples.size());
    const int64_t rows = std::min(at_once, samples.size() - first);
    const Dataset block = preprocessed.slice(first, first + rows);
    contributions.assign(static_cast<size_t>(rows * values), 0.0f);
    if (which == Samples::kNew)
      ensemble_->add_contributions(ensemble_->members_of(0), block, contributions.data(), context);
    else
      add_own_contributions(*ensemble_, block, first, contributions.data(), context);
    if (dim != values) contributions = by_feature(contributions, rows, preprocessing().feature_starts());
    rate_gaps(matched, first, rows, dim, config().detect.floor, contributions);
    scores.resize(static_cast<size_t>(rows));
    for (int64_t i = 0; i < rows; ++i)
      scores[static_cast<size_t>(i)] =
          std::accumulate(contributions.begin() + i * dim, contributions.begin() + (i + 1) * dim, 0.0);
    visit({first, scores, contributions});
  }
}

std::vector<double> Detector::scores(const Dataset& samples, Samples which, const Context& context) const {
  std::vector<double> all;
  score(
      samples, which,
      [&](const DetectionBlock& block) { all.insert(all.end(), block.scores.begin(), block.scores.end()); }, context);
  return all;
}

Tensor Detector::contributions(const Dataset& samples, Samples which, const Context& context) const {
  Tensor all({samples.size(), num_features()});
  score(
      samples, which,
      [&](const DetectionBlock& block) {
        std::ranges::copy(block.contributions, all.data() + block.first * num_features());
      },
      context);
  return all;
}

Tensor Detector::expected(const Dataset& samples, Samples which, std::span<const int64_t> chosen,
                          const Context& context) const {
  if (chosen.empty() || !preprocessing().invert_ends_at().empty()) return {};
  const Dataset preprocessed = preprocessing().apply(preprocessing().match(samples, context).select(chosen), context);
  Tensor outputs({preprocessed.size(), ensemble_->num_features()});
  std::vector<std::vector<int64_t>> folds(static_cast<size_t>(ensemble_->num_folds()));
  for (int64_t i = 0; i < preprocessed.size(); ++i)
    folds[which == Samples::kNew ? 0 : ensemble_->fold_of_sample(chosen[static_cast<size_t>(i)])].push_back(i);
  for (int fold = 0; fold < ensemble_->num_folds(); ++fold) {
    const std::vector<int64_t>& rows = folds[static_cast<size_t>(fold)];
    if (rows.empty()) continue;
    const Tensor mean = ensemble_->mean_output(ensemble_->members_of(fold), preprocessed.select(rows));
    for (size_t i = 0; i < rows.size(); ++i)
      std::ranges::copy(mean.row(static_cast<int64_t>(i)), outputs.data() + rows[i] * outputs.row_size());
  }
  return preprocessing().invert(outputs);
}

const std::vector<double>& Detector::calibration(Samples which) const {
  return which == Samples::kNew && !calibration_of_new_.empty() ? calibration_of_new_ : calibration_;
}

// `scores`: of the training set, in its order.
void Detector::calibrate_by_folds(const std::vector<double>& scores) {
  constexpr int64_t kFewest = 1000;
  std::vector<double> first;
  for (size_t i = 0; i < scores.size(); ++i)
    if (ensemble_->fold_of_sample(static_cast<int64_t>(i)) == 0) first.push_back(scores[i]);
  calibration_ = sorted(scores);
  if (std::ssize(first) >= kFewest) calibration_of_new_ = sorted(std::move(first));
}
bool Detector::is_calibrated_apart() const { return is_calibrated_apart_; }

// See usual_values and feature_quantiles.
void Detector::summarize_features(const Dataset& samples, bool are_training) {
  if (!has_features(samples, num_features())) return;
  const std::vector<std::vector<float>> sorted = sorted_values(samples);
  const int64_t dim = num_features();
  if (are_training) usual_values_ = Tensor({dim, 3});
  if (dim <= kMostCompared) feature_quantiles_ = Tensor({dim, kNumQuantiles});
  missing_shares_.clear();
  const auto count = static_cast<double>(num_summarized(samples));
  for (int64_t j = 0; j < dim; ++j) {
    const std::vector<float>& column = sorted[static_cast<size_t>(j)];
    if (are_training)
      for (const auto& [k, share] : {std::pair{0, 0.05}, {1, 0.5}, {2, 0.95}})
        usual_values_.data()[3 * j + k] = quantile(column, share);
    if (dim > kMostCompared) continue;
    for (int64_t k = 0; k < kNumQuantiles; ++k)
      feature_quantiles_.data()[j * kNumQuantiles + k] =
          quantile(column, static_cast<double>(k) / static_cast<double>(kNumQuantiles - 1));
    missing_shares_.push_back(static_cast<float>(1 - static_cast<double>(column.size()) / count));
  }
}

void Detector::calibrate(const Dataset& samples, const Context& context) {
  summarize_features(preprocessing().match(samples, context), false);
  calibration_of_new_ = sorted(scores(samples, Samples::kNew, context));
  is_calibrated_apart_ = true;
}

}  // namespace hourglass
