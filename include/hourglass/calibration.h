#pragma once
// From scores to decisions: p-values, thresholds, and what they promise.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hourglass {

/// The conformal p-value of a score: (1 + number of calibration scores at or above it) / (n + 1), where n is the number
/// of calibration scores, which are in ascending order. If the calibration samples and a sample are exchangeable (drawn
/// alike, and none used for training), then P(p <= a) <= a for this sample (Vovk, Gammerman, Shafer: "Algorithmic
/// Learning in a Random World", 2005; Bates et al., Annals of Statistics 51(1), 2023).
double conformal_p_value(std::span<const double> calibration, double score);
std::vector<double> conformal_p_values(std::span<const double> calibration, std::span<const double> scores);

/// Samples that the procedure of Benjamini and Hochberg (1995) selects: with k the largest number for which the k-th
/// smallest p-value is at most k rate / n, those k and others of the same p-value. For conformal p-values the expected
/// share of false alarms among the selected samples is at most `rate` (Bates et al. 2023).
/// Throws Error(kUsage) if the rate is not in (0, 1).
std::vector<bool> select_by_false_discovery_rate(std::span<const double> p_values, double rate);

/// The smallest number of calibration scores with which a single one of `samples` samples can be selected at `rate`:
/// 1 / (n + 1) <= rate / samples.
int64_t least_calibration_scores(double rate, int64_t samples);

/// Generalized Pareto distribution of the excess of a score over `threshold`, for probabilities below 1 / n:
///   P(score > threshold + x) = tail (1 + shape x / scale)^(-1 / shape), or tail exp(-x / scale) if shape is 0.
struct ParetoTail {
  double threshold = 0, shape = 0, scale = 0;
  double tail = 0;  ///< share of the calibration scores above the threshold
  /// P(score > s), for s at or above the threshold. An extrapolation without a promise.
  double probability(double score) const;
};

/// Fits the excesses of the highest tenth of the calibration scores (ascending) by maximum likelihood (Grimshaw,
/// Technometrics 35(2), 1993). Nothing if fewer than 20 scores are above the threshold, or all of these are equal.
std::optional<ParetoTail> fit_pareto_tail(std::span<const double> calibration);

/// How samples are called anomalies.
struct AlarmRule {
  enum class Kind {
    kFalseAlarms,         ///< p_value <= value
    kFalseDiscoveryRate,  ///< select_by_false_discovery_rate
    kContamination,       ///< the share `value` of the samples with the highest scores
    kThreshold            ///< score >= value
  };
  Kind kind = Kind::kFalseAlarms;
  double value = 0.01;
};

/// Whether each of the samples is an anomaly by the rule. Of equal scores, all or none are. Throws Error(kUsage) for a
/// value outside the range of the rule.
std::vector<bool> anomalies(const AlarmRule& rule, std::span<const double> scores, std::span<const double> p_values);

/// Two-sample test of Kolmogorov and Smirnov: the largest distance between the distribution functions of two samples,
/// and the asymptotic p-value of a distance at least as large (Stephens' correction for the size; Numerical
/// Recipes, 14.3.3).
struct DriftTest {
  double distance = 0, p_value = 1;
};
/// P(a distance of at least `distance`) of two samples of these sizes from one distribution, by the same formula.
double kolmogorov_p_value(double distance, int64_t first_size, int64_t second_size);
DriftTest two_sample_test(std::vector<double> first, std::vector<double> second);

}  // namespace hourglass
