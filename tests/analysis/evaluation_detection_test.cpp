// The family `detection` of an evaluation: labels judge reconstruction errors.
#include <gmock/gmock.h>

#include <cmath>

#include "hourglass/detection_metrics.h"
#include "hourglass/evaluation.h"
#include "hourglass/metrics.h"
#include "support/expect_error.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

EvaluationOptions detection(const std::string& anomaly_class = "") {
  EvaluationOptions options;
  options.metrics = {"detection"};
  options.anomaly_class = anomaly_class;
  return options;
}

/// 40 rows of two classes. Those of class 1 are `distance` away from what an output of 0 to 1 can reach.
Dataset rows(float distance, std::vector<std::string> names = {}) {
  RandomStream random(1, RandomPurpose::kSyntheticDigits, 0);
  std::vector<float> values;
  std::vector<int32_t> labels;
  for (int i = 0; i < 40; ++i) {
    labels.push_back(i % 8 == 3);
    for (int j = 0; j < 6; ++j)
      values.push_back(static_cast<float>(random.below(100)) / 100 + distance * static_cast<float>(labels.back()));
  }
  Dataset data = Dataset::from(values, {40, 6}, labels, "rows");
  data.set_class_names(std::move(names));
  return data;
}

DataSplit split_of(const Dataset& data) { return {data, data}; }

double value(const Evaluation& evaluation, const std::string& metric, const std::string& subject = "model") {
  const Measurement* found = evaluation.find(metric, subject);
  return found ? found->value : NAN;
}

std::vector<std::string> reasons(const Evaluation& evaluation) {
  std::vector<std::string> found;
  for (const MissingMetric& each : evaluation.missing)
    if (each.metric == "detection" && each.asked) found.push_back(each.reason);
  return found;
}

const Autoencoder& model() {
  static const Autoencoder kModel(tiny_config(), {6});
  return kModel;
}

TEST(EvaluationDetection, FindsAnomaliesThatTheModelCannotReconstruct) {
  const Evaluation found = evaluate(model(), split_of(rows(5)), detection());
  for (const char* metric : {"roc_auc", "average_precision", "precision_at_n"}) {
    EXPECT_EQ(value(found, metric), 1) << metric;
    EXPECT_EQ(found.find(metric)->standard_error, 0) << metric;
    EXPECT_EQ(found.find(metric)->samples, 40) << metric;
  }
  EXPECT_THAT(found.find("roc_auc")->definition, HasSubstr("5 of 40 samples are anomalies"));
  EXPECT_THAT(found.missing, IsEmpty());
}

TEST(EvaluationDetection, ScoresAreTheReconstructionErrors) {
  const Dataset data = rows(0.2f);
  const Evaluation found = evaluate(model(), split_of(data), detection());
  std::vector<bool> anomalies;
  for (const int32_t label : data.labels()) anomalies.push_back(label == 1);
  const DetectionMetrics expected = detection_metrics(reconstruction_metrics(model(), data).sample_mse, anomalies);
  EXPECT_EQ(value(found, "roc_auc"), expected.roc_auc.value);
  EXPECT_EQ(found.find("roc_auc")->standard_error, expected.roc_auc.error);
  EXPECT_EQ(value(found, "average_precision"), expected.average_precision.value);
  EXPECT_EQ(found.find("average_precision")->standard_error, expected.average_precision.error);
  EXPECT_EQ(value(found, "precision_at_n"), expected.precision_at_n.value);
  EXPECT_LT(expected.roc_auc.value, 1) << "an easy case shows no differences";
  EXPECT_TRUE(std::isfinite(value(found, "roc_auc", "pca")));
  EXPECT_NE(value(found, "roc_auc", "pca"), value(found, "roc_auc"));
}

TEST(EvaluationDetection, TheClassOfTheAnomaliesIsNamedUnlessItIs1) {
  const DataSplit data = split_of(rows(0.2f, {"ok", "bad"}));
  EXPECT_THAT(reasons(evaluate(model(), data, detection())),
              Contains(AllOf(HasSubstr("--anomaly-class"), HasSubstr("ok, bad"))));
  const double bad = value(evaluate(model(), data, detection("bad")), "roc_auc");
  EXPECT_EQ(bad, value(evaluate(model(), split_of(rows(0.2f)), detection()), "roc_auc"));
  EXPECT_NEAR(value(evaluate(model(), data, detection("ok")), "roc_auc"), 1 - bad, 1e-12);
}

TEST(EvaluationDetection, NeedsAnomaliesAndNormalSamples) {
  const Dataset all = rows(1, {"ok", "bad"});
  const std::vector<int64_t> normal = {0, 1, 2};
  EXPECT_THAT(reasons(evaluate(model(), {all, all.select(normal)}, detection("bad"))),
              Contains(HasSubstr("All samples are of the class ok")));
  const Dataset unlabeled = tiny_dataset(20, 6);
  EXPECT_THAT(reasons(evaluate(model(), split_of(unlabeled), detection())), Contains(HasSubstr("no labels")));
}

TEST(EvaluationDetection, OneOfManyClassesCanBeTheAnomalies) {
  const Dataset two = rows(5);
  std::vector<int32_t> labels;
  for (size_t i = 0; i < 40; ++i) labels.push_back(two.labels()[i] == 1 ? 7 : static_cast<int32_t>(i % 3));
  const DataSplit data = split_of(Dataset::from(two.read().values(), {40, 6}, labels));
  EXPECT_EQ(value(evaluate(model(), data, detection("7")), "roc_auc"), 1);
  EXPECT_THAT(reasons(evaluate(model(), data, detection())), Contains(HasSubstr("--anomaly-class")));
}

TEST(EvaluationDetection, AnomaliesCanBeGivenInsteadOfLabels) {
  const Dataset labeled = rows(5);
  const Dataset data = Dataset::from(labeled.read().values(), {40, 6});
  EvaluationOptions options = detection();
  for (const int32_t label : labeled.labels()) options.anomalies.push_back(label == 1);
  EXPECT_EQ(value(evaluate(model(), split_of(data), options), "roc_auc"), 1);
  options.anomalies.pop_back();
  expect_error(ErrorKind::kUsage, {"39", "40 samples"}, [&] { evaluate(model(), split_of(data), options); });
}

TEST(EvaluationDetection, IsPartOfTheSummaryIfTheAnomaliesAreKnown) {
  const Dataset numbered = rows(1), named = rows(1, {"ok", "bad"}), unlabeled = tiny_dataset(20, 6);
  EXPECT_THAT(summary_options(model(), numbered, numbered).metrics, Contains("detection"));
  EXPECT_THAT(summary_options(model(), named, named).metrics, Not(Contains("detection")));
  EXPECT_THAT(summary_options(model(), named, named, detection("bad")).metrics, Contains("detection"));
  EXPECT_THAT(summary_options(model(), unlabeled, unlabeled).metrics, Not(Contains("detection")));
}

}  // namespace
}  // namespace hourglass
