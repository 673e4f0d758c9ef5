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

// See Detector::usual_values.
Tensor quantiles_of_features(const Dataset& samples, int64_t num_features) {
  constexpr int64_t kSamples = 20'000;
  if (samples.sample_shape().size() != 1 || samples.sample_dim() != num_features) return {};
  std::vector<int64_t> chosen;
  const int64_t count = std::min(samples.size(), std::min(kSamples, kValuesAtOnce / samples.sample_dim() + 1));
  for (int64_t i = 0; i < count; ++i) chosen.push_back(i * samples.size() / count);
  const Tensor values = samples.select(chosen).read();
  Tensor quantiles({samples.sample_dim(), 3});
  std::vector<float> column;
  for (int64_t j = 0; j < samples.sample_dim(); ++j) {
    column.clear();
    for (int64_t i = 0; i < count; ++i)
      if (const float value = values.data()[i * samples.sample_dim() + j]; std::isfinite(value))
        column.push_back(value);
    std::ranges::sort(column);
    const double last = static_cast<double>(column.size()) - 1;
    for (const auto& [k, share] : {std::pair{0, 0.05}, {1, 0.5}, {2, 0.95}})
      quantiles.data()[3 * j + k] = column.empty() ? 0.0f : column[static_cast<size_t>(std::lround(share * last))];
  }
  return quantiles;
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
  detector.usual_values_ = quantiles_of_features(train, detector.num_features());
  detector.calibration_ = sorted(detector.scores(train, Samples::kTraining, context));
  return detector;
}

Detector Detector::load(const std::filesystem::path& path) {
  const SafetensorsFile file = read_model_file(path, Ensemble::kKind);
  Detector detector(std::make_shared<const Ensemble>(Ensemble::load(file, path)));
  const auto stored = std::ranges::find(file.tensors, kCalibration, &SafetensorsTensor::name);
  if (stored == file.tensors.end() || stored->shape.size() != 1 || !std::ranges::is_sorted(stored->values) ||
      std::ranges::any_of(stored->values, [](float value) { return !std::isfinite(value); }))
    throw Error(ErrorKind::kData, fmt::format("'{}': the tensor '{}' is missing, or is not a list of ascending scores.",
                                              path.string(), kCalibration));
  if (std::ranges::find(file.tensors, kUsualValues, &SafetensorsTensor::name) != file.tensors.end()) {
    const Shape shape = {detector.num_features(), 3};
    detector.usual_values_ = Tensor(shape);
    std::ranges::copy(tensor_of_file(file, kUsualValues, shape, path).values, detector.usual_values_.data());
    if (!std::ranges::all_of(detector.usual_values_.values(), [](float value) { return std::isfinite(value); }))
      throw Error(ErrorKind::kData,
                  fmt::format("'{}': the tensor '{}' has a value that is not finite.", path.string(), kUsualValues));
  }
  detector.calibration_.assign(stored->values.begin(), stored->values.end());
  detector.is_calibrated_apart_ = metadata_entry(file, kCalibratedApart, path) == "true";
  return detector;
}

void Detector::save(const std::filesystem::path& path) const {
  std::map<std::string, std::string> metadata = ensemble_->metadata();
  metadata[kCalibratedApart] = is_calibrated_apart_ ? "true" : "false";
  std::vector<SafetensorsView> tensors = ensemble_->tensors();
  const std::vector<float> scores(calibration_.begin(), calibration_.end());
  tensors.push_back({kCalibration, {static_cast<int64_t>(scores.size())}, scores});
  if (usual_values_.rows() > 0) tensors.push_back({kUsualValues, usual_values_.shape(), usual_values_.values()});
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

const std::vector<double>& Detector::calibration() const { return calibration_; }
bool Detector::is_calibrated_apart() const { return is_calibrated_apart_; }

void Detector::calibrate(const Dataset& samples, const Context& context) {
  calibration_ = sorted(scores(samples, Samples::kNew, context));
  is_calibrated_apart_ = true;
}

}  // namespace hourglass
