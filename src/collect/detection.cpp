#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/file.h"
#include "core/text.h"
#include "data/sample_layout.h"
#include "hourglass/detection_report.h"
#include "report/detection_report.h"

namespace hourglass {
namespace {

constexpr size_t kMostScores = 20'000;
constexpr int64_t kNumUnusual = 100, kNumPictures = 24, kRowPoints = 1000, kCurvePoints = 500, kMostFeatures = 100;

// At most `most` of `count` positions, evenly spaced.
std::vector<size_t> spaced(size_t count, size_t most) {
  std::vector<size_t> positions;
  const size_t kept = std::min(count, most);
  for (size_t i = 0; i < kept; ++i) positions.push_back(kept == count ? i : i * (count - 1) / (kept - 1));
  return positions;
}

std::vector<UnusualSample> unusual_samples(const Detector& detector, const Detection& detection,
                                           const DetectionPage& page) {
  const std::vector<std::string> features = detection_features(detector);
  std::vector<UnusualSample> unusual;
  const std::vector<int64_t> chosen = detection.most_unusual(kNumUnusual);
  const Tensor expected = features.empty() ? Tensor() : detector.expected(page.samples, page.which, chosen);
  for (size_t k = 0; k < chosen.size(); ++k) {
    const int64_t i = chosen[k];
    const auto at = static_cast<size_t>(i);
    const ScoredSample& sample = detection.samples[at];
    UnusualSample shown{i + 1, {}, sample.score, sample.p_value, sample.is_anomaly, "", {}};
    shown.identity = identity_texts(page.samples, i);
    if (page.samples.has_labels()) shown.label = page.samples.class_name(page.samples.labels()[at]);
    for (const Reason& reason : sample.reasons) {
      const auto j = static_cast<size_t>(reason.feature);
      if (reason.feature < 0 || j >= features.size()) continue;
      ReportReason named{features[j], static_cast<double>(reason.share), "", "", usual_text(detector, j)};
      if (page.samples.sample_dim() == std::ssize(features)) named.value = value_text(page.samples, i, j);
      if (expected.row_size() == std::ssize(features))
        named.expected = value_text(page.samples, expected.row(static_cast<int64_t>(k))[j], j);
      shown.reasons.push_back(std::move(named));
    }
    unusual.push_back(std::move(shown));
  }
  return unusual;
}

std::vector<FeatureContribution> feature_contributions(const Detector& detector, const Detection& detection,
                                                       const Dataset& samples, const Context& context) {
  const std::vector<std::string> features = detection_features(detector);
  std::vector<FeatureContribution> parts;
  for (size_t j = 0; j < features.size(); ++j) parts.push_back({features[j], detection.usual[j], 0});
  std::vector<int64_t> alarms = detection.most_unusual(std::min<int64_t>(detection.num_anomalies, 1000));
  if (!alarms.empty() && !features.empty()) {
    std::ranges::sort(alarms);
    const Tensor of_alarms = detector.contributions(samples.select(alarms), Detector::Samples::kNew, context);
    for (int64_t i = 0; i < of_alarms.rows(); ++i)
      for (size_t j = 0; j < parts.size(); ++j)
        parts[j].anomalies += static_cast<double>(of_alarms.row(i)[j]) / static_cast<double>(of_alarms.rows());
  }
  std::ranges::stable_sort(parts, std::greater{},
                           [](const FeatureContribution& part) { return std::max(part.all, part.anomalies); });
  if (std::ssize(parts) > kMostFeatures) parts.resize(kMostFeatures);
  return parts;
}

// Images above where they are unusual.
std::vector<PictureGrid> pictures(const Detector& detector, const Detection& detection, const DetectionPage& page,
                                  const Context& context) {
  const Shape& shape = page.samples.sample_shape();
  if (!is_image(shape) || detector.num_features() != page.samples.sample_dim()) return {};
  const std::vector<int64_t> shown = detection.most_unusual(kNumPictures);
  const Dataset samples = page.samples.select(shown);
  const Tensor contributions = detector.contributions(samples, Detector::Samples::kNew, context);
  Shape batch = {contributions.rows()};
  batch.insert(batch.end(), shape.begin(), shape.end());
  const Tensor images = samples.read(), heat(batch, contributions.values());
  std::vector<std::string> captions;
  for (const int64_t i : shown) {
    const std::vector<std::string> texts = identity_texts(page.samples, i);
    captions.push_back(fmt::format("{} ({:.3g})", texts.empty() ? std::to_string(i + 1) : texts[0],
                                   detection.samples[static_cast<size_t>(i)].score));
  }
  const auto [low, high] = std::ranges::minmax(images.values());
  const float most = *std::ranges::max_element(heat.values());
  return {
      {"Most unusual images",
       "The second picture shows the part of each pixel in the score. Below it: the image and its score.",
       {{"image",
         picture_sheet(images, {std::min(0.0, static_cast<double>(low)), std::max(1.0, static_cast<double>(high))})},
        {"part of the score", picture_sheet(heat, {0, static_cast<double>(most)}), PictureStyle::kError, captions}}}};
}

std::string measured_text(const Measured& measured) {
  return fmt::format("{:.3f} ± {:.3f}", measured.value, measured.error);
}

void add_labels(DetectionReport& report, const Detection& detection, const std::vector<bool>& is_anomaly) {
  const std::vector<double> scores = detection.scores();
  const DetectionMetrics metrics = detection_metrics(scores, is_anomaly);
  const AlarmMetrics alarms = alarm_metrics(detection.alarms(), is_anomaly);
  report.headlines.push_back({"ROC-AUC", measured_text(metrics.roc_auc),
                              "The probability that a labeled anomaly has a higher score than another sample, ± its "
                              "standard error."});
  report.headlines.push_back({"Average precision", measured_text(metrics.average_precision),
                              "The precision, averaged over the recall, ± its standard error."});
  report.headlines.push_back({"Anomalies found", fmt::format("{} of {}", count(alarms.found), count(metrics.anomalies)),
                              fmt::format("By the labels; {} alarms are false.", count(alarms.alarms - alarms.found))});
  const std::vector<CurvePoint> curve = detection_curve(scores, is_anomaly);
  for (const size_t i : spaced(curve.size(), kCurvePoints))
    report.curve.push_back({curve[i].false_alarm_rate, curve[i].recall, curve[i].precision});
}

}  // namespace

std::string rule_text(const AlarmRule& rule) {
  switch (rule.kind) {
    case AlarmRule::Kind::kFalseAlarms:
      return fmt::format("p-value at most {}", rule.value);
    case AlarmRule::Kind::kFalseDiscoveryRate:
      return fmt::format("false discovery rate {}", rule.value);
    case AlarmRule::Kind::kContamination:
      return fmt::format("the share {} with the highest scores", rule.value);
    default:
      return fmt::format("score at least {}", rule.value);
  }
}

void write_detection_report(const std::filesystem::path& path, const Detector& detector, const Detection& detection,
                            const DetectionPage& page, const Context& context) {
  const std::string samples = samples_noun(page.samples.sample_shape());
  const auto rows = std::ssize(detection.samples);
  DetectionReport report;
  report.title = fmt::format("Unusual {} of {}", samples, page.samples.name());
  report.subtitle = fmt::format(
      "{} {}, each scored by {} small autoencoders that did not see it; they were trained on {} {}.", count(rows),
      samples, detector.num_networks() / detector.config().detect.folds, count(detector.trained_on().samples), samples);
  report.samples_noun = samples;
  report.num_samples = rows;
  report.headlines.push_back({"Anomalies", count(detection.num_anomalies),
                              fmt::format("The {} with {}.", samples, rule_text(detection.rule))});
  if (const double expected = expected_false_alarms(detection, detector); !std::isnan(expected))
    report.headlines.push_back({"False alarms to expect", fmt::format("{:.4g}", expected),
                                fmt::format("If all {} {} were usual.", count(rows), samples)});
  if (!page.is_anomaly.empty()) add_labels(report, detection, page.is_anomaly);
  if (!detector.is_calibrated_apart())
    report.headline_note =
        "The p-values compare with scores of training samples, each by networks that did not see it. They are "
        "approximate. For rates that hold on average, calibrate with rows that were not used for training.";
  report.warnings = detection.warnings;

  std::vector<size_t> order(detection.samples.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](size_t i) { return detection.samples[i].score; });
  for (const size_t i : spaced(order.size(), kMostScores)) {
    report.scores.push_back(static_cast<float>(detection.samples[order[i]].score));
    if (!page.is_anomaly.empty()) report.is_anomaly.push_back(page.is_anomaly[order[i]] ? 1 : 0);
  }
  const std::vector<double>& calibration = detector.calibration();
  report.num_calibration = std::ssize(calibration);
  for (const size_t i : spaced(calibration.size(), kMostScores))
    report.calibration.push_back(static_cast<float>(calibration[calibration.size() - 1 - i]));
  report.threshold = detection.threshold;
  report.rule = rule_text(detection.rule);
  const int64_t points = std::min(rows, kRowPoints);
  for (int64_t point = 0; point < points; ++point) {
    double highest = 0;
    for (int64_t i = point * rows / points; i < (point + 1) * rows / points; ++i)
      highest = std::max(highest, detection.samples[static_cast<size_t>(i)].score);
    report.scores_by_row.push_back(static_cast<float>(highest));
  }
  report.identity = identity_names(page.samples);
  report.unusual = unusual_samples(detector, detection, page);
  report.features = feature_contributions(detector, detection, page.samples, context);
  report.pictures = pictures(detector, detection, page, context);
  report.command = page.command;
  write_file_atomically(path, detection_page(report));
}

}  // namespace hourglass
