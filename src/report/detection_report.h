#pragma once
// The page of a detector.

#include <cstdint>
#include <string>
#include <vector>

#include "report/run_report.h"

namespace hourglass {

/// A feature of an unusual row: its share of the score, its value, what the networks expect, and what is usual for it;
/// "": not known.
struct ReportReason {
  std::string feature;
  double share = 0;
  std::string value, expected, usual;
};

/// One of the most unusual samples.
struct UnusualSample {
  int64_t row = 0;                    ///< from 1
  std::vector<std::string> identity;  ///< one text per column of DetectionReport::identity
  double score = 0, p_value = 1;
  bool is_anomaly = false;
  std::string label;  ///< "" without labels
  std::vector<ReportReason> reasons;
};

/// A feature and its mean contribution to the scores of all samples, and of the anomalies.
struct FeatureContribution {
  std::string feature;
  double all = 0, anomalies = 0;
};

/// A point of the ROC and precision-recall curves.
struct ReportCurvePoint {
  double false_alarm_rate, recall, precision;
};

/// Plain results for the page of a detector.
struct DetectionReport {
  std::string title, subtitle;
  std::vector<Headline> headlines;
  std::string headline_note;
  std::vector<std::string> warnings;
  std::string samples_noun;  ///< "rows", "images"
  int64_t num_samples = 0;
  std::vector<float> scores;        ///< in descending order; evenly spaced ranks if there are very many samples
  std::vector<uint8_t> is_anomaly;  ///< the label of each of `scores`; empty without labels
  std::vector<float> calibration;   ///< descending, like scores
  int64_t num_calibration = 0;
  double threshold = 0;              ///< NaN: nothing is an anomaly
  std::string rule;                  ///< how the threshold was chosen
  std::vector<float> scores_by_row;  ///< the highest score of each of equally long runs of rows
  std::vector<std::string> identity;
  std::vector<UnusualSample> unusual;
  std::vector<FeatureContribution> features;  ///< largest first
  std::vector<ReportCurvePoint> curve;        ///< empty without labels
  std::vector<PictureGrid> pictures;          ///< the most unusual images and where they are unusual
  std::string command;
};

/// A self-contained HTML page.
std::string detection_page(const DetectionReport& report);

}  // namespace hourglass
