#include "detect_text.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "core/json.h"
#include "core/text.h"
#include "hourglass/detection_metrics.h"
#include "hourglass/detection_report.h"
#include "text.h"

namespace hourglass::cli {
namespace {

constexpr int64_t kNumNamed = 10;
constexpr size_t kTextWidth = 100;

/// "temperature 62 % (91.2; expected 22.3, usually 20.1 to 24.8)". `expected`: one row of Detector::expected, or empty.
std::string reasons_text(const Scored& scored, int64_t i, std::span<const float> expected) {
  const std::vector<std::string> features = detection_features(scored.detector);
  if (features.empty()) return "";
  std::vector<std::string> texts;
  for (const Reason& reason : scored.detection.samples[static_cast<size_t>(i)].reasons) {
    if (reason.feature < 0) continue;
    const auto j = static_cast<size_t>(reason.feature);
    std::string text = fmt::format("{} {:.0f}%", features[j], 100 * reason.share);
    if (scored.samples.sample_dim() == std::ssize(features)) {
      std::vector<std::string> known;
      if (expected.size() == features.size()) known.push_back("expected " + value_text(scored.samples, expected[j], j));
      if (const std::string usual = usual_text(scored.detector, j); !usual.empty()) known.push_back("usually " + usual);
      text += fmt::format(" ({}{}{})", value_text(scored.samples, i, j), known.empty() ? "" : "; ", join(known));
    }
    texts.push_back(std::move(text));
  }
  return join(texts);
}

/// Detector::expected of these samples; empty for images.
Tensor expected_of(const Scored& scored, const std::vector<int64_t>& samples) {
  if (detection_features(scored.detector).empty()) return {};
  return scored.detector.expected(scored.samples, shown_as(scored), samples);
}

/// Training samples compare with each other, also if the detector is calibrated on other samples.
bool is_approximate(const Scored& scored) {
  return scored.which == Detector::Samples::kTraining || !scored.detector.is_calibrated_apart();
}

std::string alarms_text(const Scored& scored) {
  const Detection& detection = scored.detection;
  using Kind = AlarmRule::Kind;
  const bool by_p_value = detection.rule.kind == Kind::kFalseAlarms || detection.rule.kind == Kind::kFalseDiscoveryRate;
  const std::string samples = samples_noun(scored.samples.sample_shape());
  std::string text = fmt::format("{} of {} {} are called anomalies ({}{}).", count(detection.num_anomalies),
                                 count(detection.num_samples), samples, rule_text(detection.rule),
                                 std::isnan(detection.threshold) || detection.rule.kind == Kind::kThreshold
                                     ? ""
                                     : fmt::format(", score at least {:.4g}", detection.threshold));
  const double expected = expected_false_alarms(detection, scored.detector);
  if (!std::isnan(expected) && detection.rule.kind != Kind::kContamination)
    text += fmt::format(" If all were usual, about {:.4g} would be.", expected);
  if (detection.rule.kind == Kind::kFalseDiscoveryRate)
    text += fmt::format(" On average at most {:.3g} % of them are false alarms.", 100 * detection.rule.value);
  if (by_p_value && is_approximate(scored))
    text += fmt::format(
        " The p-values are approximate: they compare with scores of the training {}, each by networks that did not see "
        "it. {}",
        samples,
        scored.detector.is_calibrated_apart()
            ? fmt::format("Those of new {} compare with the rows of --calibrate.", samples)
            : fmt::format(
                  "For rates that hold on average for new {0}, calibrate with --calibrate FILE on usual {0} that "
                  "were not used for training.",
                  samples));
  text += "\n";
  for (const std::string& warning : detection.warnings) text += "\nWarning: " + warning + "\n";
  return text;
}

std::string measured(const Measured& value) { return fmt::format("{:.4f} ± {:.4f}", value.value, value.error); }

std::string metrics_text(const Scored& scored) {
  if (scored.is_anomaly.empty())
    return scored.has_labels
               ? "\nThe labels were not used, because it is not known which class is the anomaly. Name it with "
                 "--anomaly-class,\nor the usual one with --normal-class.\n"
               : "";
  const DetectionMetrics metrics = detection_metrics(scored.scores, scored.is_anomaly);
  const AlarmMetrics alarms = alarm_metrics(scored.alarms, scored.is_anomaly);
  return fmt::format(
      "\nJudged by {} labeled anomalies (± standard error):\n{}", count(metrics.anomalies),
      table(
          "<<<",
          {{"ROC-AUC", measured(metrics.roc_auc), "probability that an anomaly has a higher score than another row"},
           {"average precision", measured(metrics.average_precision), "precision averaged over the recall"},
           {"precision at n", measured(metrics.precision_at_n),
            fmt::format("share of anomalies among the {} highest scores", metrics.anomalies)},
           {"F1", measured(alarms.f1), "of precision and recall at the threshold"},
           {"false-alarm rate", measured(alarms.false_alarm_rate), "share of other rows that are called anomalies"}}));
}

Json to_json(const Measured& value) { return {{"value", value.value}, {"standard_error", value.error}}; }

}  // namespace

Detector::Samples shown_as(const Scored& scored) {
  return scored.training.empty() ? scored.which : Detector::Samples::kNew;
}

std::string result_text(const Scored& scored, const DetectFiles& files, const Terminal& terminal) {
  const Detection& detection = scored.detection;
  const std::vector<std::string> identity = identity_names(scored.samples);
  std::vector<std::vector<std::string>> rows = {{"row"}};
  rows[0].insert(rows[0].end(), identity.begin(), identity.end());
  rows[0].insert(rows[0].end(),
                 {"score", "p-value", "why: share of the score, value, what was expected, what is usual"});
  const std::vector<int64_t> named = detection.most_unusual(kNumNamed);
  const Tensor expected = expected_of(scored, named);
  for (size_t k = 0; k < named.size(); ++k) {
    const int64_t i = named[k];
    const ScoredSample& sample = detection.samples[static_cast<size_t>(i)];
    rows.push_back({std::to_string(detection.row(i) + 1)});
    for (const std::string& text : identity_texts(scored.samples, i)) rows.back().push_back(text);
    rows.back().insert(rows.back().end(), {fmt::format("{:.4g}", sample.score), fmt::format("{:.2g}", sample.p_value),
                                           reasons_text(scored, i,
                                                        expected.rows() > 0 ? expected.row(static_cast<int64_t>(k))
                                                                            : std::span<const float>())});
  }
  std::vector<std::vector<std::string>> written;
  for (const auto& [path, what] : {std::pair{files.scores, "score, p-value and reason of every row"},
                                   {files.contributions, "the part of each feature in each score"},
                                   {files.detector, "the detector, for other data"},
                                   {files.report, "a page with everything, for the browser"}})
    if (!path.empty() && !is_standard_stream(path)) written.push_back({path.string(), what});
  const std::string align = ">" + std::string(identity.size(), '<') + ">><";
  std::string text =
      fmt::format("\n{}\n{}\n{}{}", terminal.bold("The most unusual " + samples_noun(scored.samples.sample_shape())),
                  table(align, rows), wrapped_paragraphs(alarms_text(scored), kTextWidth), metrics_text(scored));
  if (!written.empty()) text += "\nFiles:\n" + table("<<", written);
  if (!files.detector.empty())
    text += fmt::format("\nNext: hourglass detect {} --data NEW.csv --out scores.csv\n",
                        shell_word(files.detector.parent_path().string()));
  return text;
}

Json result_json(const Scored& scored, const DetectFiles& files) {
  const Detection& detection = scored.detection;
  const std::vector<std::string> features = detection_features(scored.detector);
  Json json = {{"data", scored.samples.name()},
               {"rows", detection.num_samples},
               {"networks", scored.detector.num_networks()},
               {"anomalies", detection.num_anomalies},
               {"rule", rule_text(detection.rule)},
               {"threshold", json_number(detection.threshold)},
               {"calibration_scores", std::ssize(scored.detector.calibration(scored.which))},
               {"approximate", is_approximate(scored)}};
  json["expected_false_alarms"] = json_number(expected_false_alarms(detection, scored.detector));
  json["warnings"] = detection.warnings;
  json["most_unusual"] = Json::array();
  for (const int64_t i : detection.most_unusual(kNumNamed)) {
    const ScoredSample& sample = detection.samples[static_cast<size_t>(i)];
    Json reasons = Json::array();
    for (const Reason& reason : sample.reasons)
      if (reason.feature >= 0 && static_cast<size_t>(reason.feature) < features.size())
        reasons.push_back({{"feature", features[static_cast<size_t>(reason.feature)]},
                           {"share", reason.share},
                           {"value", value_text(scored.samples, i, static_cast<size_t>(reason.feature))},
                           {"usual", usual_text(scored.detector, static_cast<size_t>(reason.feature))}});
    Json shown = {{"row", detection.row(i) + 1}};
    const std::vector<std::string> names = identity_names(scored.samples), texts = identity_texts(scored.samples, i);
    for (size_t k = 0; k < names.size(); ++k) shown["identity"][names[k]] = texts[k];
    shown.update({{"score", sample.score}, {"p_value", sample.p_value}, {"reasons", reasons}});
    json["most_unusual"].push_back(shown);
  }
  if (!scored.is_anomaly.empty()) {
    const DetectionMetrics metrics = detection_metrics(scored.scores, scored.is_anomaly);
    const AlarmMetrics alarms = alarm_metrics(scored.alarms, scored.is_anomaly);
    json["metrics"] = {{"labeled_anomalies", metrics.anomalies},
                       {"roc_auc", to_json(metrics.roc_auc)},
                       {"average_precision", to_json(metrics.average_precision)},
                       {"precision_at_n", to_json(metrics.precision_at_n)},
                       {"f1", to_json(alarms.f1)},
                       {"false_alarm_rate", to_json(alarms.false_alarm_rate)}};
  }
  for (const auto& [name, path] : {std::pair{"detector", files.detector},
                                   {"scores", files.scores},
                                   {"contributions", files.contributions},
                                   {"report", files.report}})
    json[name] = path.empty() ? Json() : Json(path.string());
  return json;
}

}  // namespace hourglass::cli
