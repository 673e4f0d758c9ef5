#include "hourglass/detection_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "support/expect_error.h"
#include "support/golden.h"

namespace hourglass {
namespace {

std::vector<double> doubles(const SafetensorsTensor& tensor) { return {tensor.values.begin(), tensor.values.end()}; }

std::vector<bool> labels(const SafetensorsTensor& tensor) {
  std::vector<bool> labels;
  for (const float value : tensor.values) labels.push_back(value > 0.5f);
  return labels;
}

TEST(DetectionMetrics, EqualScikitLearnWithAndWithoutTies) {
  const Golden golden("detection");
  for (const std::string name : {"ties", "distinct"}) {
    const DetectionMetrics metrics =
        detection_metrics(doubles(golden[name + ".scores"]), labels(golden[name + ".labels"]));
    EXPECT_NEAR(metrics.roc_auc.value, golden[name + ".roc_auc"].values[0], 1e-7) << name;
    EXPECT_NEAR(metrics.average_precision.value, golden[name + ".average_precision"].values[0], 1e-7) << name;
  }
}

TEST(DetectionMetrics, AreThoseOfAnExampleByHand) {
  // Thresholds 4: an anomaly; 3: an anomaly and a normal sample; 2: a normal sample; 1: an anomaly and a normal one.
  const std::vector<double> scores = {4, 3, 3, 2, 1, 1};
  const std::vector<bool> is_anomaly = {true, true, false, false, true, false};
  const DetectionMetrics metrics = detection_metrics(scores, is_anomaly);
  EXPECT_DOUBLE_EQ(metrics.roc_auc.value, (3 + 2.5 + 0.5) / 9);
  EXPECT_DOUBLE_EQ(metrics.average_precision.value, (1 + 2.0 / 3 + 3.0 / 6) / 3);
  EXPECT_DOUBLE_EQ(metrics.precision_at_n.value, 2.0 / 3);
  const std::vector<CurvePoint> curve = detection_curve(scores, is_anomaly);
  ASSERT_EQ(curve.size(), 4u);
  EXPECT_EQ(curve[1].threshold, 3);
  EXPECT_DOUBLE_EQ(curve[1].recall, 2.0 / 3);
  EXPECT_DOUBLE_EQ(curve[1].false_alarm_rate, 1.0 / 3);
  EXPECT_DOUBLE_EQ(curve[1].precision, 2.0 / 3);
  EXPECT_DOUBLE_EQ(curve[3].false_alarm_rate, 1);

  const AlarmMetrics alarms = alarm_metrics({true, true, true, true, false, false}, is_anomaly);
  EXPECT_EQ(alarms.alarms, 4);
  EXPECT_EQ(alarms.found, 2);
  EXPECT_DOUBLE_EQ(alarms.precision.value, 0.5);
  EXPECT_DOUBLE_EQ(alarms.recall.value, 2.0 / 3);
  EXPECT_DOUBLE_EQ(alarms.f1.value, 4.0 / 7);
  EXPECT_DOUBLE_EQ(alarms.false_alarm_rate.value, 2.0 / 3);
}

// The errors agree with the spread of the measures over many data sets.
TEST(DetectionMetrics, StandardErrorsAreThoseOfRepeatedSamples) {
  constexpr int kSets = 200, kSamples = 300, kAnomalies = 30;
  double sums[3] = {}, squares[3] = {}, errors[3] = {};
  for (int set = 0; set < kSets; ++set) {
    RandomStream random(9, RandomPurpose::kSampledRows, static_cast<uint64_t>(set));
    std::vector<double> scores;
    std::vector<bool> is_anomaly;
    for (int i = 0; i < kSamples; ++i) {
      is_anomaly.push_back(i < kAnomalies);
      scores.push_back(static_cast<double>(random.normal()) + (i < kAnomalies ? 1.5 : 0));
    }
    const DetectionMetrics metrics = detection_metrics(scores, is_anomaly);
    std::vector<bool> alarms;
    for (const double score : scores) alarms.push_back(score > 1.5);
    const Measured found[3] = {metrics.roc_auc, metrics.average_precision, alarm_metrics(alarms, is_anomaly).f1};
    for (int i = 0; i < 3; ++i) {
      sums[i] += found[i].value;
      squares[i] += found[i].value * found[i].value;
      errors[i] += found[i].error / kSets;
    }
  }
  for (int i = 0; i < 3; ++i) {
    const double spread = std::sqrt(squares[i] / kSets - sums[i] * sums[i] / kSets / kSets);
    EXPECT_NEAR(errors[i], spread, 0.2 * spread) << i;
  }
}

TEST(DetectionMetrics, NeedBothAnomaliesAndNormalSamples) {
  const std::vector<double> scores = {1, 2};
  expect_error(ErrorKind::kUsage, {"2 scores", "2 labels", "of which 2 are anomalies"}, [&] {
    detection_metrics(scores, {true, true});
  });
  expect_error(ErrorKind::kUsage, {"a label per score"}, [&] { detection_metrics(scores, {true}); });
}

}  // namespace
}  // namespace hourglass
