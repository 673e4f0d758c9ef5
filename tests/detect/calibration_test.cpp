#include "hourglass/calibration.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "support/expect_error.h"
#include "support/golden.h"

namespace hourglass {
namespace {

std::vector<double> doubles(const SafetensorsTensor& tensor) { return {tensor.values.begin(), tensor.values.end()}; }

std::vector<double> normal_scores(int count, uint64_t index, double shift = 0) {
  RandomStream random(5, RandomPurpose::kSampledRows, index);
  std::vector<double> scores;
  for (int i = 0; i < count; ++i) scores.push_back(static_cast<double>(random.normal()) + shift);
  return scores;
}

std::vector<double> sorted(std::vector<double> scores) {
  std::ranges::sort(scores);
  return scores;
}

TEST(Calibration, PValuesCountTheScoresAtOrAbove) {
  const std::vector<double> calibration = {1, 2, 2, 3};
  EXPECT_EQ(conformal_p_values(calibration, std::vector<double>{0.5, 1, 2, 2.5, 3, 4}),
            (std::vector<double>{1, 1, 0.8, 0.4, 0.4, 0.2}));
}

// 1,000 draws, each of new calibration scores and one new sample. The bounds are 4 standard errors of a binomial share.
TEST(Calibration, FalseAlarmRateHoldsOverDraws) {
  constexpr int kDraws = 1000, kScores = 199;
  for (const double rate : {0.01, 0.05, 0.2}) {
    int alarms = 0;
    for (int draw = 0; draw < kDraws; ++draw) {
      std::vector<double> scores = normal_scores(kScores + 1, static_cast<uint64_t>(draw));
      const double score = scores.back();
      scores.pop_back();
      alarms += conformal_p_value(sorted(scores), score) <= rate;
    }
    EXPECT_NEAR(alarms, kDraws * rate, 4 * std::sqrt(kDraws * rate * (1 - rate))) << rate;
  }
}

TEST(Calibration, FalseDiscoveryRateHoldsOnAverageOverDraws) {
  constexpr int kDraws = 300, kNormal = 90, kAnomalies = 10;
  constexpr double kRate = 0.2;
  double false_share = 0, found = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    const auto index = static_cast<uint64_t>(draw);
    std::vector<double> scores = normal_scores(kNormal, 2 * index);
    const std::vector<double> unusual = normal_scores(kAnomalies, 1'000'000 + index, 4);
    scores.insert(scores.end(), unusual.begin(), unusual.end());
    const std::vector<double> calibration = sorted(normal_scores(1000, 2 * index + 1));
    const std::vector<bool> selected = select_by_false_discovery_rate(conformal_p_values(calibration, scores), kRate);
    const auto wrong = std::count(selected.begin(), selected.begin() + kNormal, true);
    const auto right = std::count(selected.begin() + kNormal, selected.end(), true);
    if (wrong + right > 0) false_share += static_cast<double>(wrong) / static_cast<double>(wrong + right) / kDraws;
    found += static_cast<double>(right) / kAnomalies / kDraws;
  }
  EXPECT_LT(false_share, kRate);
  EXPECT_GT(false_share, kRate / 3) << "the rate is used";
  EXPECT_GT(found, 0.8);
}

TEST(Calibration, SelectsLikeBenjaminiAndHochberg) {
  // The example of their paper: 15 p-values, of which a rate of 0.05 selects four.
  const std::vector<double> p_values = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                                        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  const std::vector<bool> selected = select_by_false_discovery_rate(p_values, 0.05);
  EXPECT_EQ(std::ranges::count(selected, true), 4);
  EXPECT_TRUE(selected[3]);
  EXPECT_EQ(least_calibration_scores(0.05, 100), 1999);
  EXPECT_EQ(least_calibration_scores(0.01, 1), 99);
  for (const double rate : {0.0, 1.0, std::nan("")})
    expect_error(ErrorKind::kUsage, {"false discovery rate", "above 0"},
                 [&] { select_by_false_discovery_rate(p_values, rate); });
}

TEST(Calibration, ParetoTailEqualsSciPy) {
  const Golden golden("detection");
  for (const std::string name : {"heavy", "light"}) {
    const auto tail = fit_pareto_tail(doubles(golden[name + ".scores"]));
    ASSERT_TRUE(tail);
    const auto& expected = golden[name + ".tail"].values;
    EXPECT_NEAR(tail->threshold, expected[0], 1e-6) << name;
    EXPECT_NEAR(tail->shape, expected[1], 1e-3) << name;
    EXPECT_NEAR(tail->scale, expected[2], 2e-3 * static_cast<double>(expected[2])) << name;
    const auto &far = golden[name + ".far"].values, &probabilities = golden[name + ".probabilities"].values;
    for (size_t i = 0; i < far.size(); ++i)
      EXPECT_NEAR(tail->probability(static_cast<double>(far[i])), probabilities[i],
                  3e-3 * static_cast<double>(probabilities[i]));
  }
  EXPECT_FALSE(fit_pareto_tail(std::vector<double>(1000, 2.0))) << "equal scores have no tail";
  EXPECT_FALSE(fit_pareto_tail(std::vector<double>{1, 2, 3}));
}

TEST(Calibration, RulesDecide) {
  const std::vector<double> scores = {5, 1, 4, 4, 0}, p_values = {0.01, 0.5, 0.05, 0.05, 1};
  using Kind = AlarmRule::Kind;
  EXPECT_EQ(anomalies({Kind::kFalseAlarms, 0.05}, scores, p_values),
            (std::vector<bool>{true, false, true, true, false}));
  EXPECT_EQ(anomalies({Kind::kThreshold, 4.5}, scores, p_values),
            (std::vector<bool>{true, false, false, false, false}));
  EXPECT_EQ(anomalies({Kind::kContamination, 0.2}, scores, p_values),
            (std::vector<bool>{true, false, false, false, false}));
  EXPECT_EQ(anomalies({Kind::kContamination, 0.4}, scores, p_values),
            (std::vector<bool>{true, false, true, true, false}))
      << "equal scores have equal decisions";
  expect_error(ErrorKind::kUsage, {"contamination is 1.5"}, [&] {
    anomalies({Kind::kContamination, 1.5}, scores, p_values);
  });
}

TEST(Calibration, DriftTestEqualsSciPy) {
  const Golden golden("detection");
  const DriftTest test = two_sample_test(doubles(golden["drift.first"]), doubles(golden["drift.second"]));
  EXPECT_NEAR(test.distance, golden["drift.distance"].values[0], 1e-6);
  // SciPy has no correction for the sizes.
  EXPECT_NEAR(std::log(test.p_value), std::log(static_cast<double>(golden["drift.p_value"].values[0])), 0.2);
  EXPECT_EQ(two_sample_test({1, 2, 3}, {1, 2, 3}).p_value, 1);
  EXPECT_LT(two_sample_test(normal_scores(500, 1), normal_scores(500, 2, 1)).p_value, 1e-6);
}

}  // namespace
}  // namespace hourglass
