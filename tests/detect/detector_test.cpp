#include "hourglass/detector.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "core/random.h"
#include "detect/folds.h"
#include "hourglass/calibration.h"
#include "hourglass/detection_metrics.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

constexpr int64_t kFeatures = 5;

// Rows on a curve with noise. In the first `unusual` rows the last feature does not follow the others; its value is
// within its usual range.
Dataset rows_on_a_curve(int64_t count, int64_t unusual = 0, uint64_t seed = 1) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    RandomStream random(seed, RandomPurpose::kSampledRows, static_cast<uint64_t>(i));
    const float t = random.uniform(-1, 1), noise = 0.05f;
    values.insert(values.end(), {10 * t + noise * random.normal(), t * t + noise * random.normal(),
                                 100 + 3 * t + noise * random.normal(), 0.1f * random.normal(),
                                 (i < unusual ? -5.0f : 5.0f) * (t > 0 ? 1.0f : -1.0f) + noise * random.normal()});
  }
  return Dataset("curve", {kFeatures}, SampleStorage::of_floats(std::move(values)));
}

Config small_config() {
  Config config = preset_config("detector");
  config.detect.members = 1;
  config.detect.folds = 3;
  return config;
}

TEST(Folds, AreBalancedAndDependOnlyOnThePosition) {
  constexpr int kFolds = 5;
  std::vector<int> counts(kFolds);
  for (int64_t i = 0; i < 1000 * kFolds + 3; ++i) ++counts[static_cast<size_t>(fold_of(i, kFolds, 7))];
  for (const int count : counts) EXPECT_THAT(count, testing::AllOf(testing::Ge(1000), testing::Le(1001)));
  EXPECT_EQ(fold_of(17, kFolds, 7), fold_of(17, kFolds, 7));
}

TEST(Detector, FindsRowsThatBreakARelationAndNamesTheFeature) {
  constexpr int64_t kUnusual = 20;
  const Dataset data = rows_on_a_curve(600, kUnusual);
  const Detector detector = Detector::train(small_config(), data);
  const std::vector<double> scores = detector.scores(data, Detector::Samples::kTraining);
  std::vector<bool> is_anomaly(600, false);
  std::fill_n(is_anomaly.begin(), kUnusual, true);
  EXPECT_GT(detection_metrics(scores, is_anomaly).roc_auc.value, 0.9);
  const Tensor contributions = detector.contributions(data, Detector::Samples::kTraining);
  // How much more each feature contributes in the unusual rows.
  std::vector<double> more(kFeatures);
  for (int64_t i = 0; i < data.size(); ++i)
    for (int64_t j = 0; j < kFeatures; ++j)
      more[static_cast<size_t>(j)] += static_cast<double>(contributions.data()[i * kFeatures + j]) *
                                      (i < kUnusual ? 1.0 / kUnusual : -1.0 / (600 - kUnusual));
  EXPECT_EQ(std::ranges::max_element(more) - more.begin(), kFeatures - 1);
}

TEST(Detector, ContributionsSumToTheScore) {
  const Dataset data = rows_on_a_curve(100);
  const Detector detector = Detector::train(small_config(), data);
  for (const auto which : {Detector::Samples::kTraining, Detector::Samples::kNew}) {
    const std::vector<double> scores = detector.scores(data, which);
    const Tensor contributions = detector.contributions(data, which);
    for (int64_t i = 0; i < data.size(); ++i)
      EXPECT_DOUBLE_EQ(
          scores[static_cast<size_t>(i)],
          std::accumulate(contributions.data() + i * kFeatures, contributions.data() + (i + 1) * kFeatures, 0.0));
  }
}

TEST(Detector, ScoresDependNeitherOnThreadsNorOrderNorOtherSamples) {
  const Dataset data = rows_on_a_curve(300), others = rows_on_a_curve(257, 10, 2);
  const Detector one = Detector::train(small_config(), data, {.threads = 1});
  const Detector three = Detector::train(small_config(), data, {.threads = 3});
  const std::vector<double> scores = one.scores(others, Detector::Samples::kNew, {.threads = 1});
  EXPECT_EQ(three.scores(others, Detector::Samples::kNew, {.threads = 2}), scores);
  EXPECT_EQ(three.scores(data, Detector::Samples::kTraining), one.scores(data, Detector::Samples::kTraining));
  EXPECT_EQ(three.calibration(), one.calibration());
  std::vector<int64_t> reversed(257);
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  std::vector<double> backward = one.scores(others.select(reversed));
  std::ranges::reverse(backward);
  EXPECT_EQ(backward, scores);
  for (const int64_t row : {0, 100, 256})
    EXPECT_EQ(one.scores(others.slice(row, row + 1)), std::vector<double>{scores[static_cast<size_t>(row)]});
}

TEST(Detector, TrainingSamplesAreScoredByNetworksThatDidNotSeeThem) {
  // The networks of a fold are the same whatever the fold contains.
  Dataset data = rows_on_a_curve(90);
  const Config config = small_config();
  const std::vector<double> before = Detector::train(config, data).scores(data, Detector::Samples::kTraining);
  std::vector<float> values(static_cast<size_t>(data.size() * kFeatures));
  data.read(0, data.size(), values.data());
  ASSERT_EQ(before.size(), 90u);
  EXPECT_TRUE(std::ranges::all_of(before, [](double score) { return std::isfinite(score) && score > 0; }));
  // A calibration from folds is marked as such.
  Detector detector = Detector::train(config, data);
  EXPECT_FALSE(detector.is_calibrated_apart());
  EXPECT_EQ(detector.calibration().size(), 90u);
  const Dataset normal = rows_on_a_curve(50, 0, 3);
  detector.calibrate(normal);
  EXPECT_TRUE(detector.is_calibrated_apart());
  EXPECT_EQ(detector.calibration(Detector::Samples::kNew).size(), 50u);
  EXPECT_EQ(detector.calibration().size(), 90u) << "training samples compare with each other";
}

// With calibration on rows that no network saw, the false-alarm rate holds for new rows.
TEST(Detector, FalseAlarmRateHoldsOnNewRows) {
  Detector detector = Detector::train(small_config(), rows_on_a_curve(300));
  detector.calibrate(rows_on_a_curve(500, 0, 4));
  const std::vector<double> p_values =
      conformal_p_values(detector.calibration(Detector::Samples::kNew), detector.scores(rows_on_a_curve(4000, 0, 5)));
  const auto alarms = static_cast<double>(std::ranges::count_if(p_values, [](double p) { return p <= 0.05; }));
  // Of one calibration set: the rate has a beta distribution with a standard deviation of .0097.
  EXPECT_NEAR(alarms / 4000, 0.05, 0.04);
}

TEST(Detector, AChangeOfAConstantFeatureIsAnAnomaly) {
  std::vector<float> values;
  for (int64_t i = 0; i < 100; ++i) {
    RandomStream random(1, RandomPurpose::kSampledRows, static_cast<uint64_t>(i));
    values.insert(values.end(), {random.normal(), 5.0f, random.normal()});
  }
  const Detector detector =
      Detector::train(small_config(), Dataset("constant", {3}, SampleStorage::of_floats(std::move(values))));
  const std::vector<double> scores =
      detector.scores(Dataset("new", {3}, SampleStorage::of_floats({0, 5, 0, 0, 5.01f, 0})));
  EXPECT_GT(scores[1], scores[0] + 3);
  EXPECT_LE(conformal_p_value(detector.calibration(), scores[1]), 0.02);
}

// Two states with their own level of a number; row 0 has the level of the other state. Row 3 has a rare mode.
Dataset rows_with_states(int64_t count) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    RandomStream random(3, RandomPurpose::kSampledRows, static_cast<uint64_t>(i));
    const bool runs = i % 2 == 0;
    values.insert(values.end(), {runs ? 0.0f : 1.0f, (runs != (i == 0) ? 80.0f : 10.0f) + random.normal(),
                                 random.normal(), i == 3 ? 1.0f : 0.0f});
  }
  Dataset data("states", {4}, SampleStorage::of_floats(std::move(values)));
  data.set_feature_names({"state", "load", "noise", "mode"});
  data.set_categories({{"run", "idle"}, {}, {}, {"usual", "rare"}});
  return data;
}

TEST(Detector, CategoriesAreOneFeatureAndCountByTheirProbability) {
  const TemporaryFolder folder;
  const Dataset data = rows_with_states(400);
  const Detector detector = Detector::train(small_config(), data);
  EXPECT_EQ(detector.num_features(), 4);
  const std::vector<double> scores = detector.scores(data, Detector::Samples::kTraining);
  std::vector<int64_t> order(400);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, std::greater{}, [&](int64_t i) { return scores[static_cast<size_t>(i)]; });
  order.resize(5);
  EXPECT_THAT(order, testing::IsSupersetOf({0, 3}));
  // The parts are -ln(0.8 p + 0.2 f) with the frequency f, one more in each of three kinds, and p from 0 to 1.
  const Tensor parts = detector.contributions(data, Detector::Samples::kTraining);
  const double rare = 2.0 / 403, usual = 400.0 / 403;
  EXPECT_GT(parts.row(3)[3], -std::log(0.8 * 0.1 + 0.2 * rare)) << "hardly expected";
  EXPECT_LE(parts.row(3)[3], -std::log(0.2 * rare) + 1e-4);
  EXPECT_NEAR(parts.row(5)[3], -std::log(0.8 + 0.2 * usual), 0.05);
  EXPECT_GT(parts.row(0)[0] + parts.row(0)[1], 2) << "the state does not fit the load";
  detector.save(folder / "detector.safetensors");
  const Detector loaded = Detector::load(folder / "detector.safetensors");
  EXPECT_EQ(loaded.scores(data, Detector::Samples::kTraining), scores);
  EXPECT_EQ(loaded.preprocessing().stored_form().categories, data.categories());
}

TEST(Detector, ExpectsWhatTheOtherFeaturesSay) {
  const Dataset data = rows_on_a_curve(600, 20);
  const Detector detector = Detector::train(small_config(), data);
  const std::vector<int64_t> chosen = {100, 300, 500};
  for (const auto which : {Detector::Samples::kTraining, Detector::Samples::kNew}) {
    const Tensor expected = detector.expected(data, which, chosen), found = data.select(chosen).read();
    ASSERT_EQ(expected.shape(), (Shape{3, kFeatures}));
    for (int64_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(expected.row(i)[0], found.row(i)[0], 2.5) << "the range is 20";
      EXPECT_NEAR(expected.row(i)[2], found.row(i)[2], 1) << "the range is 6";
    }
  }
}

TEST(Detector, AMissingNumberIsNoAnomalyAndAnInfiniteOneIs) {
  const Detector detector = Detector::train(small_config(), rows_on_a_curve(200));
  std::vector<float> values(15);
  rows_on_a_curve(3, 0, 8).read(0, 3, values.data());
  values[kFeatures + 1] = std::numeric_limits<float>::quiet_NaN();
  values[2 * kFeatures + 1] = std::numeric_limits<float>::infinity();
  const Dataset gaps("gaps", {kFeatures}, SampleStorage::of_floats(std::move(values)));
  const Tensor parts = detector.contributions(gaps);
  EXPECT_EQ(parts.row(1)[1], 0);
  EXPECT_NEAR(parts.row(2)[1], std::pow(std::log1p(400 / 0.02), 1.5), 1e-3);
}

TEST(Detector, IsTheSameAfterSavingAndLoading) {
  const TemporaryFolder folder;
  const Dataset data = rows_on_a_curve(60), others = rows_on_a_curve(20, 5, 2);
  Detector detector = Detector::train(small_config(), data);
  detector.save(folder / "detector.safetensors");
  const Detector loaded = Detector::load(folder / "detector.safetensors");
  EXPECT_EQ(loaded.scores(others), detector.scores(others));
  EXPECT_EQ(loaded.scores(data, Detector::Samples::kTraining), detector.scores(data, Detector::Samples::kTraining));
  EXPECT_EQ(loaded.calibration(), detector.calibration());
  EXPECT_EQ(loaded.trained_on(), detector.trained_on());
  EXPECT_FALSE(loaded.is_calibrated_apart());
  detector.calibrate(others);
  detector.save(folder / "again.safetensors");
  EXPECT_TRUE(Detector::load(folder / "again.safetensors").is_calibrated_apart());
  expect_error(ErrorKind::kData, {"again.safetensors", "the file is a detector; expected a model"},
               [&] { Autoencoder::load(folder / "again.safetensors"); });
}

TEST(Detector, RejectsTooFewSamplesAndOtherSets) {
  expect_error(ErrorKind::kData, {"'curve' has 5 training samples", "3 folds", "at least 6", "detect.folds"},
               [] { Detector::train(small_config(), rows_on_a_curve(5)); });
  const Detector detector = Detector::train(small_config(), rows_on_a_curve(30));
  expect_error(ErrorKind::kUsage, {"trained on 30 samples", "has 20"},
               [&] { detector.scores(rows_on_a_curve(20), Detector::Samples::kTraining); });
}

// An exception of the progress callback ends training on all threads and reaches the caller.
TEST(Detector, ProgressCanEndTraining) {
  struct Ended {};
  EXPECT_THROW(Detector::train(small_config(), rows_on_a_curve(60),
                               {.threads = 2, .on_progress = [](const Stage&) { throw Ended(); }}),
               Ended);
}

}  // namespace
}  // namespace hourglass
