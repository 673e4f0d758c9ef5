#include "hourglass/detection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <ostream>

#include "formats/csv.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

// Features with a smaller share are not named.
constexpr float kLeastShare = 0.05f;

std::array<Reason, kNumReasons> reasons_of(std::span<const float> contributions, double score) {
  std::array<Reason, kNumReasons> reasons;
  for (size_t j = 0; j < contributions.size(); ++j) {
    const float share = score > 0 ? static_cast<float>(static_cast<double>(contributions[j]) / score) : 0;
    Reason next{static_cast<int32_t>(j), share};
    if (share < kLeastShare) continue;
    for (Reason& reason : reasons)
      if (next.share > reason.share) std::swap(reason, next);
  }
  return reasons;
}

// Why nothing was found, if the rule could not find anything; this must not look like "no anomalies".
std::string resolution_warning(const AlarmRule& rule, int64_t scores, int64_t samples) {
  const double smallest = 1 / static_cast<double>(scores + 1);
  if (rule.kind == AlarmRule::Kind::kFalseAlarms && rule.value < smallest)
    return fmt::format(
        "A false-alarm rate of {} needs at least {} calibration scores to find anything; there are {}. Use a rate of "
        "at "
        "least {:.2g}, or calibrate on more rows.",
        rule.value, least_calibration_scores(rule.value, 1), scores, smallest);
  if (rule.kind == AlarmRule::Kind::kFalseDiscoveryRate && scores < least_calibration_scores(rule.value, samples))
    return fmt::format(
        "With {} calibration scores the smallest p-value is {:.2g}. A false discovery rate of {} among {} rows needs "
        "{} "
        "calibration scores to select a single row. Calibrate on more rows, score fewer rows, or set a false-alarm "
        "rate.",
        scores, smallest, rule.value, samples, least_calibration_scores(rule.value, samples));
  return "";
}

std::string drift_warning(const Detector& detector, const Detection& detection) {
  constexpr double kLeastDistance = 0.2, kMostLikely = 1e-3;
  const DriftTest test = two_sample_test(detector.calibration(), detection.scores());
  if (test.distance < kLeastDistance || test.p_value > kMostLikely) return "";
  return fmt::format(
      "These scores as a whole differ from the calibration scores (Kolmogorov-Smirnov distance {:.2f}), so false-alarm "
      "rates do not hold. The data can have other units or another operating point, or they drifted. Calibrate on new "
      "usual rows, or train again.",
      test.distance);
}

// Scores all samples, without a decision.
Detection score_all(const Detector& detector, const Dataset& samples, Detector::Samples which, const Context& context) {
  const std::vector<double>& calibration = detector.calibration();
  const std::optional<ParetoTail> tail = fit_pareto_tail(calibration);
  const auto dim = static_cast<size_t>(detector.num_features());
  const bool compares_with_itself = which == Detector::Samples::kTraining && !detector.is_calibrated_apart();
  Detection detection;
  detection.samples.reserve(static_cast<size_t>(samples.size()));
  detection.usual.resize(dim);
  detector.score(
      samples, which,
      [&](const DetectionBlock& block) {
        for (size_t i = 0; i < block.scores.size(); ++i) {
          const std::span<const float> parts = block.contributions.subspan(i * dim, dim);
          ScoredSample sample;
          sample.score = static_cast<double>(static_cast<float>(block.scores[i]));
          sample.p_value = conformal_p_value(calibration, sample.score);
          // The score of a training sample is one of the calibration scores, and does not compare with itself.
          if (compares_with_itself)
            sample.p_value =
                sample.p_value * static_cast<double>(calibration.size() + 1) / static_cast<double>(calibration.size()) -
                1 / static_cast<double>(calibration.size());
          if (tail && sample.score > tail->threshold) sample.tail_probability = tail->probability(sample.score);
          sample.reasons = reasons_of(parts, sample.score);
          detection.samples.push_back(sample);
          for (size_t j = 0; j < dim; ++j)
            detection.usual[j] += static_cast<double>(parts[j]) / static_cast<double>(samples.size());
        }
      },
      context);
  return detection;
}

void apply_rule(Detection& detection, const AlarmRule& rule, int64_t calibration_scores) {
  const std::vector<bool> alarms = anomalies(rule, detection.scores(), detection.p_values());
  detection.rule = rule;
  detection.threshold = std::numeric_limits<double>::quiet_NaN();
  detection.num_anomalies = 0;
  for (size_t i = 0; i < alarms.size(); ++i) {
    ScoredSample& sample = detection.samples[i];
    sample.is_anomaly = alarms[i];
    if (!alarms[i]) continue;
    ++detection.num_anomalies;
    detection.threshold = std::isnan(detection.threshold) ? sample.score : std::min(detection.threshold, sample.score);
  }
  const std::string warning = resolution_warning(rule, calibration_scores, std::ssize(detection.samples));
  if (detection.num_anomalies == 0 && !warning.empty()) detection.warnings.push_back(warning);
}

}  // namespace

std::vector<double> Detection::scores() const {
  std::vector<double> all;
  for (const ScoredSample& sample : samples) all.push_back(sample.score);
  return all;
}

std::vector<double> Detection::p_values() const {
  std::vector<double> all;
  for (const ScoredSample& sample : samples) all.push_back(sample.p_value);
  return all;
}

std::vector<bool> Detection::alarms() const {
  std::vector<bool> all;
  for (const ScoredSample& sample : samples) all.push_back(sample.is_anomaly);
  return all;
}

std::vector<int64_t> Detection::most_unusual(int64_t count) const {
  std::vector<int64_t> order(samples.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  const auto kept = static_cast<std::ptrdiff_t>(std::min<size_t>(samples.size(), static_cast<size_t>(count)));
  const auto score = [&](int64_t i) { return samples[static_cast<size_t>(i)].score; };
  std::ranges::partial_sort(order, order.begin() + kept,
                            [&](int64_t a, int64_t b) { return score(a) != score(b) ? score(a) > score(b) : a < b; });
  order.resize(static_cast<size_t>(kept));
  return order;
}

Detection detect(const Detector& detector, const Dataset& samples, Detector::Samples which, const AlarmRule& rule,
                 const Context& context) {
  Detection detection = score_all(detector, samples, which, context);
  apply_rule(detection, rule, std::ssize(detector.calibration()));
  const std::string drift = which == Detector::Samples::kNew ? drift_warning(detector, detection) : "";
  if (!drift.empty()) detection.warnings.push_back(drift);
  return detection;
}

Detection detect_beside_training(const Detector& detector, const Dataset& samples, std::span<const int64_t> training,
                                 const AlarmRule& rule, const Context& context) {
  Detection detection = score_all(detector, samples, Detector::Samples::kNew, context);
  const Detection own = score_all(detector, samples.select(training), Detector::Samples::kTraining, context);
  for (size_t i = 0; i < training.size(); ++i) detection.samples[static_cast<size_t>(training[i])] = own.samples[i];
  apply_rule(detection, rule, std::ssize(detector.calibration()));
  return detection;
}

double expected_false_alarms(const Detection& detection, const Detector& detector) {
  const auto rows = static_cast<double>(detection.samples.size());
  if (detection.rule.kind == AlarmRule::Kind::kFalseDiscoveryRate) return std::numeric_limits<double>::quiet_NaN();
  if (detection.rule.kind == AlarmRule::Kind::kFalseAlarms) return rows * detection.rule.value;
  const double threshold =
      detection.rule.kind == AlarmRule::Kind::kThreshold ? detection.rule.value : detection.threshold;
  return std::isnan(threshold) ? 0 : rows * conformal_p_value(detector.calibration(), threshold);
}

std::vector<std::string> detection_features(const Detector& detector) {
  if (detector.preprocessing().output_shape().size() > 1) return {};
  std::vector<std::string> names = detector.preprocessing().stored_form().feature_names;
  if (std::ssize(names) == detector.num_features()) return names;
  names.clear();
  for (int64_t j = 0; j < detector.num_features(); ++j) names.push_back(fmt::format("x{}", j));
  return names;
}

std::string reason_text(const ScoredSample& sample, const std::vector<std::string>& features) {
  std::string text;
  for (const Reason& reason : sample.reasons)
    if (reason.feature >= 0 && static_cast<size_t>(reason.feature) < features.size())
      text += fmt::format("{}{} {:.0f}%", text.empty() ? "" : "; ", features[static_cast<size_t>(reason.feature)],
                          100 * reason.share);
  return text;
}

std::string value_text(const Dataset& samples, float value, size_t feature) {
  const auto& categories = samples.categories();
  if (categories.empty() || categories[feature].empty())
    return std::isnan(value) ? "missing" : fmt::format("{:.4g}", value);
  const auto number = static_cast<size_t>(value);
  return value >= 0 && number < categories[feature].size() ? categories[feature][number] : "missing or unknown";
}

std::string value_text(const Dataset& samples, int64_t sample, size_t feature) {
  return value_text(samples, samples.read(sample, sample + 1).values()[feature], feature);
}

std::string usual_text(const Detector& detector, size_t feature) {
  const auto& categories = detector.preprocessing().stored_form().categories;
  const Tensor& usual = detector.usual_values();
  if (usual.rows() != detector.num_features() || (!categories.empty() && !categories[feature].empty())) return "";
  return fmt::format("{:.4g} to {:.4g}", usual.values()[3 * feature], usual.values()[3 * feature + 2]);
}

std::vector<std::string> identity_names(const Dataset& samples) {
  if (!samples.identity_columns().empty() || !samples.has_sample_names()) return samples.identity_columns();
  return {samples.sample_shape().size() == 3 ? "file" : "name"};
}

std::vector<std::string> identity_texts(const Dataset& samples, int64_t sample) {
  if (!samples.identity_columns().empty()) return samples.identity(sample);
  if (samples.has_sample_names()) return {samples.sample_name(sample)};
  return {};
}

void write_scores(std::ostream& out, const Detection& detection, const Dataset& samples,
                  const std::vector<std::string>& features) {
  fmt::memory_buffer line;
  const auto to = std::back_inserter(line);
  const auto flush = [&] {
    line.push_back('\n');
    out.write(line.data(), static_cast<std::streamsize>(line.size()));
    line.clear();
  };
  fmt::format_to(to, "row");
  for (const std::string& name : identity_names(samples)) fmt::format_to(to, ",{}", csv_field(name));
  fmt::format_to(to, ",score,p_value,tail_probability,anomaly,reason");
  flush();
  for (size_t i = 0; i < detection.samples.size(); ++i) {
    const ScoredSample& sample = detection.samples[i];
    fmt::format_to(to, "{}", i + 1);
    for (const std::string& text : identity_texts(samples, static_cast<int64_t>(i)))
      fmt::format_to(to, ",{}", csv_field(text));
    fmt::format_to(to, ",{:.7g},{:.7g},", sample.score, sample.p_value);
    if (!std::isnan(sample.tail_probability)) fmt::format_to(to, "{:.4g}", sample.tail_probability);
    fmt::format_to(to, ",{},{}", sample.is_anomaly ? 1 : 0, csv_field(reason_text(sample, features)));
    flush();
  }
}

}  // namespace hourglass
