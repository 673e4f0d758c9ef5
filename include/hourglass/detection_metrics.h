#pragma once
// How well scores separate known anomalies from normal samples.

#include <cstdint>
#include <span>
#include <vector>

namespace hourglass {

/// A measure and its standard error.
struct Measured {
  double value = 0, error = 0;
};

/// Measures of scores with labels. A label only judges; it never trains.
struct DetectionMetrics {
  int64_t samples = 0, anomalies = 0;
  /// The probability that an anomaly has a higher score than a normal sample; equal scores count half. The error is
  /// that of DeLong, DeLong and Clarke-Pearson (Biometrics 44(3), 1988).
  Measured roc_auc;
  /// The sum over thresholds of (increase of recall) x precision, without interpolation; equal scores are one
  /// threshold. The error is the standard deviation of 200 bootstrap samples, stratified by label.
  Measured average_precision;
  /// The share of anomalies among the n samples with the highest scores, where n is the number of anomalies. If scores
  /// are equal at the end, the expected share. The error is that of a binomial share.
  Measured precision_at_n;
};

/// Throws Error(kUsage) if the sizes differ, or there are no anomalies or no normal samples.
DetectionMetrics detection_metrics(std::span<const double> scores, const std::vector<bool>& is_anomaly);

/// Measures of a decision.
struct AlarmMetrics {
  int64_t alarms = 0, found = 0;                     ///< samples that were called anomalies, and how many of them are
  Measured precision, recall, f1, false_alarm_rate;  ///< false_alarm_rate: share of normal samples with an alarm
};
AlarmMetrics alarm_metrics(const std::vector<bool>& alarms, const std::vector<bool>& is_anomaly);

/// A point of the curves of a detector: the samples with a score of at least `threshold` are called anomalies.
struct CurvePoint {
  double threshold = 0, false_alarm_rate = 0, recall = 0, precision = 0;
};
/// One point per distinct score, from the highest.
std::vector<CurvePoint> detection_curve(std::span<const double> scores, const std::vector<bool>& is_anomaly);

}  // namespace hourglass
