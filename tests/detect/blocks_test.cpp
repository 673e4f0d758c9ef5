// Scoring block by block, and drift.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/random.h"
#include "detect/drift.h"
#include "hourglass/detection.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

// Two related columns, a time, a category and a class. Row 17 of 100 breaks the relation.
std::string table(int rows, int first = 0, double shift = 0) {
  std::string text = "time,x,y,state,class\n";
  for (int i = first; i < first + rows; ++i) {
    RandomStream random(1, RandomPurpose::kSampledRows, static_cast<uint64_t>(i));
    const bool unusual = i % 100 == 17;
    const double x = static_cast<double>(random.uniform(-1, 1)),
                 y = 2 * x + 0.05 * static_cast<double>(random.normal()) + (unusual ? 3 : 0);
    text += std::to_string(i / 60 % 24) + ":" + (i % 60 < 10 ? "0" : "") + std::to_string(i % 60) + "," +
            std::to_string(x + shift) + "," + (i % 50 == 3 ? "" : std::to_string(y)) + "," + (x > 0 ? "high" : "low") +
            "," + (unusual ? "1" : "0") + "\n";
  }
  return text;
}

DataConfig data_config(const std::filesystem::path& path) {
  DataConfig config;
  config.name = path.string();
  config.label_column = "class";
  config.test = 0;
  config.preprocess = {"impute median"};  // a detector imputes
  return config;
}

class DetectBlocks : public testing::Test {
 protected:
  DetectBlocks() {
    std::ofstream(folder_ / "train.csv") << table(900);
    std::ofstream(folder_ / "new.csv") << table(1500, 5000);
    Config config = preset_config("detector");
    config.detect.members = 1;
    config.detect.folds = 2;
    config.data.name = (folder_ / "train.csv").string();
    config.data.label_column = "class";
    config.data.test = 0;
    detector_.emplace(Detector::train(config, load_dataset(data_config(folder_ / "train.csv")).train));
  }
  TemporaryFolder folder_;
  std::optional<Detector> detector_;
};

TEST_F(DetectBlocks, GiveTheScoresOfTheWholeDataset) {
  const Dataset all = load_dataset(data_config(folder_ / "new.csv")).train;
  for (const AlarmRule rule :
       {AlarmRule{}, AlarmRule{AlarmRule::Kind::kThreshold, 5}, AlarmRule{AlarmRule::Kind::kContamination, 0.02},
        AlarmRule{AlarmRule::Kind::kFalseDiscoveryRate, 0.3}}) {
    const Detection whole = detect(*detector_, all, Detector::Samples::kNew, rule);
    double threshold = 0;
    if (depends_on_all_scores(rule)) {
      DatasetBlocks blocks(data_config(folder_ / "new.csv"));
      threshold = alarm_threshold(*detector_, blocks, rule);
    }
    DatasetBlocks blocks(data_config(folder_ / "new.csv"));
    std::vector<ScoredSample> scored;
    std::vector<std::string> times;
    const BlockDetection by_blocks = detect_blocks(*detector_, blocks, rule, threshold, [&](const ScoredBlock& block) {
      EXPECT_EQ(block.first, std::ssize(scored));
      scored.insert(scored.end(), block.scored.begin(), block.scored.end());
      for (int64_t i = 0; i < block.samples.size(); ++i) times.push_back(block.samples.identity(i)[0]);
    });
    ASSERT_EQ(scored.size(), whole.samples.size());
    for (size_t i = 0; i < scored.size(); ++i) {
      ASSERT_EQ(scored[i].score, whole.samples[i].score) << "row " << i;
      ASSERT_EQ(scored[i].p_value, whole.samples[i].p_value);
      ASSERT_EQ(scored[i].is_anomaly, whole.samples[i].is_anomaly) << "row " << i;
      ASSERT_EQ(times[i], all.identity(static_cast<int64_t>(i))[0]);
    }
    EXPECT_EQ(by_blocks.detection.num_samples, 1500);
    EXPECT_EQ(by_blocks.detection.num_anomalies, whole.num_anomalies);
    EXPECT_EQ(by_blocks.detection.warnings, whole.warnings);
    EXPECT_EQ(by_blocks.scores, whole.scores());
    EXPECT_EQ(by_blocks.labels.size(), 1500u);
    // The most unusual samples are kept with their values.
    ASSERT_EQ(by_blocks.detection.samples.size(), 100u);
    const std::vector<int64_t> highest = whole.most_unusual(100), kept = by_blocks.detection.most_unusual(100);
    for (size_t k = 0; k < 100; ++k) {
      EXPECT_EQ(by_blocks.detection.row(kept[k]), highest[k]);
      EXPECT_EQ(by_blocks.most_unusual.read(kept[k], kept[k] + 1).values()[0],
                all.read(highest[k], highest[k] + 1).values()[0]);
      EXPECT_EQ(by_blocks.most_unusual.identity(kept[k]), all.identity(highest[k]));
    }
  }
}

TEST_F(DetectBlocks, DriftNamesTheFeaturesThatDiffer) {
  std::ofstream(folder_ / "shifted.csv") << table(500, 9000, 0.9);
  const auto warnings = [&](const std::string& file) {
    DatasetBlocks blocks(data_config(folder_ / file));
    return detect_blocks(*detector_, blocks, {}, 0, [](const ScoredBlock&) {}).detection.warnings;
  };
  EXPECT_TRUE(warnings("new.csv").empty());
  EXPECT_THAT(warnings("shifted.csv"), testing::Contains(testing::AllOf(testing::HasSubstr("The values of 1 feature"),
                                                                        testing::HasSubstr("x (0."))));
  std::string states = "time,x,y,state,class\n";
  for (int i = 0; i < 300; ++i) states += "1:00,0.1,0.2," + std::string(i % 10 == 0 ? "low" : "high") + ",0\n";
  std::ofstream(folder_ / "states.csv") << states;
  EXPECT_THAT(warnings("states.csv"), testing::Contains(testing::HasSubstr("state (0.")));
  std::string gaps = "time,x,y,state,class\n";
  for (int i = 0; i < 100; ++i) gaps += "1:00,,0.1,low,0\n";
  std::ofstream(folder_ / "gaps.csv") << gaps;
  EXPECT_THAT(warnings("gaps.csv"),
              testing::Contains(testing::HasSubstr("missing or unknown more often: x (100 % instead of 0 %)")));
}

TEST(Comparison, LateSamplesOfManyCountAsOften) {
  // Of 200,000 samples the second half is shifted: half of the distribution.
  Comparison comparison({0, 1, 2, 3}, 1000);
  for (int i = 0; i < 100'000; ++i) comparison.add(i % 4);
  for (int i = 0; i < 100'000; i += 16) comparison.add(100, 16);
  EXPECT_NEAR(comparison.test().distance, 0.5, 1e-9);
  EXPECT_EQ(comparison.count(), 200'000);
}

TEST(Comparison, EqualsTheTwoSampleTest) {
  for (const uint64_t seed : {1u, 2u, 3u, 4u}) {
    std::vector<double> first, second;
    for (uint64_t i = 0; i < 300; ++i) {
      RandomStream random(seed, RandomPurpose::kSampledRows, i);
      // With ties, within and between the samples.
      first.push_back(std::round(4 * static_cast<double>(random.normal())));
      if (i < 200)
        second.push_back(std::round(5 * static_cast<double>(random.normal()) + 0.5) + (seed == 4 ? 0.25 : 0));
    }
    std::ranges::sort(first);
    Comparison comparison(first, std::ssize(first));
    for (const double value : second) comparison.add(value);
    const DriftTest expected = two_sample_test(first, second), found = comparison.test();
    EXPECT_DOUBLE_EQ(found.distance, expected.distance);
    EXPECT_DOUBLE_EQ(found.p_value, expected.p_value);
  }
}

TEST(Detector, NewRowsCompareWithTheFoldThatItsEnsembleDidNotSee) {
  const TemporaryFolder folder;
  std::ofstream(folder / "train.csv") << table(4000);
  std::ofstream(folder / "new.csv") << table(20000, 100000);
  Config config = preset_config("detector");
  config.detect.members = 1;
  config.detect.folds = 2;
  const Detector detector = Detector::train(config, load_dataset(data_config(folder / "train.csv")).train);
  EXPECT_EQ(detector.calibration().size(), 4000u);
  EXPECT_EQ(detector.calibration(Detector::Samples::kNew).size(), 2000u);
  const Dataset rows = load_dataset(data_config(folder / "new.csv")).train;
  const Detection detection = detect(detector, rows, Detector::Samples::kNew, {AlarmRule::Kind::kFalseAlarms, 0.05});
  // The standard error of the rate is .005 with 2,000 scores.
  EXPECT_NEAR(static_cast<double>(detection.num_anomalies) / 20000, 0.05, 0.015);
  detector.save(folder / "d.safetensors");
  const Detector loaded = Detector::load(folder / "d.safetensors");
  EXPECT_EQ(loaded.calibration(Detector::Samples::kNew), detector.calibration(Detector::Samples::kNew));
  EXPECT_TRUE(std::ranges::equal(loaded.feature_quantiles().values(), detector.feature_quantiles().values()));
}

}  // namespace
}  // namespace hourglass
