#pragma once
// The result of a detector on a dataset: scores, p-values, anomalies and reasons.

#include <array>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "hourglass/anomaly_labels.h"  // IWYU pragma: export
#include "hourglass/calibration.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/dataset_blocks.h"
#include "hourglass/detector.h"

namespace hourglass {

/// A feature that contributes to a score.
struct Reason {
  int32_t feature = -1;  ///< -1: none
  float share = 0;       ///< its contribution, divided by the score
};
inline constexpr size_t kNumReasons = 3;

/// A scored sample. Its fields are as in the file of scores.
struct ScoredSample {
  double score = 0;
  double p_value = 1;  ///< conformal_p_value with Detector::calibration, without the own score of a training sample
  /// P(score) by the generalized Pareto tail of the calibration scores; NaN below the tail, or if it has no fit.
  double tail_probability = std::numeric_limits<double>::quiet_NaN();
  bool is_anomaly = false;
  std::array<Reason, kNumReasons> reasons;  ///< the features with the largest contributions, largest first
};

/// The samples of a dataset, scored.
struct Detection {
  AlarmRule rule;
  Detector::Samples which = Detector::Samples::kTraining;
  int64_t num_samples = 0;            ///< that were scored
  std::vector<ScoredSample> samples;  ///< in the order of the dataset
  std::vector<int64_t> rows;          ///< positions of `samples` in the dataset, if they are not all samples
  std::vector<double> usual;          ///< mean contribution of each feature
  double threshold = 0;               ///< the lowest score of an anomaly; NaN if there is none
  int64_t num_anomalies = 0;
  /// What the user should know: that nothing can be found with so few calibration scores, or that the scores of new
  /// samples as a whole differ from the calibration scores, so that rates do not hold.
  std::vector<std::string> warnings;

  /// Position in the dataset of sample i of `samples`.
  int64_t row(int64_t i) const { return rows.empty() ? i : rows[static_cast<size_t>(i)]; }
  std::vector<double> scores() const;
  std::vector<double> p_values() const;
  std::vector<bool> alarms() const;
  /// Positions of the samples with the highest scores, from the highest; at most `count`.
  std::vector<int64_t> most_unusual(int64_t count) const;
};

/// Scores all samples and applies the rule. Throws as Detector::score and anomalies(); Error(kUsage) for a rate that
/// the number of calibration scores cannot resolve.
Detection detect(const Detector& detector, const Dataset& samples, Detector::Samples which, const AlarmRule& rule,
                 const Context& context = {});
/// The same for samples of which those at the positions `training` are the training set, and all others are new.
Detection detect_beside_training(const Detector& detector, const Dataset& samples, std::span<const int64_t> training,
                                 const AlarmRule& rule, const Context& context = {});

/// What is kept of samples that are scored block by block.
struct BlockDetection {
  Detection detection;   ///< with at most 100 of the most unusual samples
  Dataset most_unusual;  ///< these samples
  /// Of all samples, only if they have labels: their scores, and the classes.
  std::vector<double> scores;
  std::vector<int32_t> labels;
  std::vector<std::string> class_names;
};

/// Scored samples of a block: `first` is the position of the first, `contributions` are {samples, features}.
struct ScoredBlock {
  const Dataset& samples;
  int64_t first;
  std::span<const ScoredSample> scored;
  std::span<const float> contributions;
};

/// Scores new samples block by block and calls visit(block) with each. Memory does not depend on their number, except
/// 12 bytes for a sample with a label. `threshold`: alarm_threshold of a rule that depends on all scores; not used for
/// others. Throws as Detector::score and DatasetBlocks::next, and what `visit` throws.
BlockDetection detect_blocks(const Detector& detector, DatasetBlocks& blocks, const AlarmRule& rule, double threshold,
                             const std::function<void(const ScoredBlock&)>& visit, const Context& context = {});
/// The lowest score of an anomaly among all samples; NaN if there is none. Keeps 16 bytes for each sample.
double alarm_threshold(const Detector& detector, DatasetBlocks& blocks, const AlarmRule& rule,
                       const Context& context = {});
/// Whether the rule decides on a sample by the scores of all samples.
bool depends_on_all_scores(const AlarmRule& rule);

/// Number of false alarms to expect among `samples` normal samples: of a false-alarm rate that of the rule; of a
/// threshold or a contamination by the calibration scores. NaN for a false discovery rate, whose alarms are a share.
double expected_false_alarms(const Detection& detection, const Detector& detector);

/// Names of the features; "x0", "x1", ... if they have none. Empty for images.
std::vector<std::string> detection_features(const Detector& detector);

/// "temperature 62%; flow 21%", the reasons of a sample; "" without names of features.
std::string reason_text(const ScoredSample& sample, const std::vector<std::string>& features);

/// Value j of a sample: "91.2", or the name of its category; "missing". And what is usual for it in the training set:
/// "20.1 to 24.8", or "" for a category or if it is not known.
std::string value_text(const Dataset& samples, int64_t sample, size_t feature);
std::string value_text(const Dataset& samples, float value, size_t feature);
std::string usual_text(const Detector& detector, size_t feature);

/// Names of the texts that identify samples: times and identifiers of a table, else "file" or "name" if samples have
/// names. And the texts of one sample.
std::vector<std::string> identity_names(const Dataset& samples);
std::vector<std::string> identity_texts(const Dataset& samples, int64_t sample);

/// Writes CSV: row (from 1), the texts that identify the sample, score, p_value, tail_probability (empty where it has
/// no fit), anomaly (0 or 1) and reason. The line of names, and the lines of samples of which the first is at `first`.
void write_score_names(std::ostream& out, const Dataset& samples);
void write_scores(std::ostream& out, std::span<const ScoredSample> scored, const Dataset& samples, int64_t first,
                  const std::vector<std::string>& features);

}  // namespace hourglass
