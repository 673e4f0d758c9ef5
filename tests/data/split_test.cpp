#include <algorithm>
#include <array>
#include <numeric>

#include "hourglass/dataset.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

/// Sample i has value i. `labels` are repeated.
Dataset numbered(int64_t count, const std::vector<int32_t>& labels = {}) {
  std::vector<float> values(static_cast<size_t>(count));
  std::iota(values.begin(), values.end(), 0.0f);
  std::vector<int32_t> each;
  if (!labels.empty())
    for (size_t i = 0; i < values.size(); ++i) each.push_back(labels[i % labels.size()]);
  return Dataset("numbers", {1}, SampleStorage::of_floats(values), each);
}

std::vector<int> members(const Dataset& data) {
  if (data.size() == 0) return {};
  const Tensor values = data.read();
  return {values.values().begin(), values.values().end()};
}

std::vector<int> from_to(int begin, int end) {
  std::vector<int> numbers(static_cast<size_t>(end - begin));
  std::iota(numbers.begin(), numbers.end(), begin);
  return numbers;
}

TEST(HoldOut, PutsEverySampleInOneSetInOrder) {
  const auto [kept, held] = hold_out(numbered(100), 30, 1, false);
  std::vector<int> a = members(kept), b = members(held);
  EXPECT_EQ(a.size(), 70u);
  EXPECT_EQ(b.size(), 30u);
  EXPECT_TRUE(std::ranges::is_sorted(a) && std::ranges::is_sorted(b));
  a.insert(a.end(), b.begin(), b.end());
  std::ranges::sort(a);
  EXPECT_EQ(a, from_to(0, 100));
}

TEST(HoldOut, DependsOnlyOnTheSeed) {
  const Dataset data = numbered(100);
  EXPECT_EQ(members(hold_out(data, 30, 1, true).second), members(hold_out(data, 30, 1, false).second));
  EXPECT_NE(members(hold_out(data, 30, 1, false).second), members(hold_out(data, 30, 2, false).second));
}

TEST(HoldOut, StratifiedDrawsTheSameFractionOfEveryClass) {
  // 60 of label 0, 30 of label 3, 10 of label 9.
  const Dataset data = numbered(100, {0, 0, 3, 0, 0, 3, 0, 0, 3, 9});
  const auto [kept, held] = hold_out(data, 25, 4, true);
  std::array<int, 10> counts{};
  for (const int32_t label : held.labels()) ++counts.at(static_cast<size_t>(label));
  // Shares of 15, 7.5 and 2.5. Of equal remainders, the smaller label is rounded up.
  EXPECT_EQ(counts[0], 15);
  EXPECT_EQ(counts[3], 8);
  EXPECT_EQ(counts[9], 2);
  for (int64_t i = 0; i < held.size(); ++i)
    EXPECT_EQ(held.labels()[static_cast<size_t>(i)],
              data.labels()[static_cast<size_t>(members(held)[static_cast<size_t>(i)])]);
}

TEST(HoldOut, RejectsAnEmptySet) {
  for (const int64_t count : {-1, 0, 10, 11})
    expect_error(ErrorKind::kUsage, {"10 samples", "'numbers'"}, [&] { hold_out(numbered(10), count, 1, false); });
}

struct Log {
  std::vector<std::string> lines;
  Context context() {
    return {0, [this](const std::string& line) { lines.push_back(line); }};
  }
};

TEST(Split, KeepsAGivenTestSet) {
  Log log;
  const DataSplit data = split({numbered(10), numbered(4)}, {}, log.context());
  EXPECT_EQ(members(data.train), from_to(0, 10));
  EXPECT_EQ(members(data.test), from_to(0, 4));
  EXPECT_EQ(data.validation.size(), 0);
  EXPECT_TRUE(log.lines.empty());
}

TEST(Split, DrawsAndLogsATestSetIfNoneIsGiven) {
  Log log;
  const DataSplit data = split({numbered(10'000, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), {}}, {}, log.context());
  EXPECT_EQ(data.train.size(), 8'000);
  EXPECT_EQ(data.test.size(), 2'000);
  std::array<int, 10> counts{};
  for (const int32_t label : data.test.labels()) ++counts.at(static_cast<size_t>(label));
  for (const int count : counts) EXPECT_EQ(count, 200);
  ASSERT_EQ(log.lines.size(), 1u);
  for (const char* text : {"numbers", "2000 of 10000", "test set", "stratified", "data.split_seed 1"})
    EXPECT_THAT(log.lines[0], testing::HasSubstr(text));
}

TEST(Split, DrawsTheValidationSetFromTheTrainingSet) {
  DataConfig config;
  config.validation = 0.25;
  const DataSplit data = split({numbered(40), numbered(4)}, config);
  EXPECT_EQ(data.train.size(), 30);
  EXPECT_EQ(data.validation.size(), 10);
  EXPECT_EQ(members(data.test), from_to(0, 4));
  std::vector<int> both = members(data.train), validation = members(data.validation);
  both.insert(both.end(), validation.begin(), validation.end());
  std::ranges::sort(both);
  EXPECT_EQ(both, from_to(0, 40));
}

TEST(Split, UsesRangesOfRows) {
  DataConfig config;
  config.test_rows = "18:";
  const DataSplit frey = split({numbered(20), {}}, config);
  EXPECT_EQ(members(frey.train), from_to(0, 18));
  EXPECT_EQ(members(frey.test), from_to(18, 20));

  config = {};
  config.train_rows = ":5";
  config.validation_rows = "5:7";
  config.test_rows = "1:3";
  const DataSplit given = split({numbered(20), numbered(4)}, config);
  EXPECT_EQ(members(given.train), from_to(0, 5));
  EXPECT_EQ(members(given.validation), from_to(5, 7));
  EXPECT_EQ(members(given.test), from_to(1, 3));

  config.train_rows = "";
  std::vector<int> rest = from_to(0, 5);
  for (int i = 7; i < 20; ++i) rest.push_back(i);
  EXPECT_EQ(members(split({numbered(20), numbered(4)}, config).train), rest);
}

TEST(Split, RangeOfTheTrainingSetIsKeptAndTheOtherRowsAreTheTestSet) {
  DataConfig config;
  config.train_rows = "5:15";
  config.validation_rows = "15:17";
  std::vector<int> rest = from_to(0, 5);
  for (int i = 17; i < 20; ++i) rest.push_back(i);
  const DataSplit drawn = split({numbered(20), {}}, config);
  EXPECT_EQ(members(drawn.train), from_to(5, 15));
  EXPECT_EQ(members(drawn.test), rest);
  config.validation_rows = "";
  config.train_rows = ":";
  EXPECT_EQ(split({numbered(20), {}}, config).test.size(), 0);
  config.train_rows = "5:15";
  config.test = 0;
  EXPECT_EQ(split({numbered(20), {}}, config).test.size(), 0);
}

TEST(Split, SubsetOfTheTrainingSetIsDrawn) {
  DataConfig config;
  config.subset = 7;
  const DataSplit drawn = split({numbered(20), numbered(4)}, config);
  EXPECT_EQ(drawn.train.size(), 7);
  EXPECT_EQ(drawn.test.size(), 4);
  EXPECT_EQ(members(split({numbered(20), numbered(4)}, config).train), members(drawn.train));
  config.split_seed = 2;
  EXPECT_NE(members(split({numbered(20), numbered(4)}, config).train), members(drawn.train));
  config.subset = 20;
  EXPECT_EQ(split({numbered(20), numbered(4)}, config).train.size(), 20);
  config.subset = 21;
  expect_error(ErrorKind::kUsage, {"data.subset is 21", "20 samples"}, [&] {
    split({numbered(20), numbered(4)}, config);
  });
}

TEST(Split, RejectsInvalidRanges) {
  const auto rejected = [](const std::string& train, const std::string& test,
                           const std::vector<std::string>& fragments) {
    DataConfig config;
    config.train_rows = train;
    config.test_rows = test;
    expect_error(ErrorKind::kUsage, fragments, [&] { split({numbered(20), {}}, config); });
  };
  rejected("18", "", {"data.train_rows is '18'", "0:1800"});
  rejected("a:b", "", {"'a:b'", "0:1800"});
  rejected("1:2:3", "", {"'1:2:3'"});
  rejected("5:5", "", {"'5:5'", "20 rows"});
  rejected("-1:5", "", {"'-1:5'"});
  rejected("", "10:21", {"data.test_rows is '10:21'", "20 rows"});
  rejected("0:11", "10:20", {"data.train_rows (0:11)", "data.test_rows (10:20)", "overlap"});
  rejected("", ":", {"No samples of 'numbers' are left"});
}

TEST(Split, RejectsAFractionThatLeavesASetEmpty) {
  DataConfig config;
  config.test = 0.01;
  expect_error(ErrorKind::kUsage, {"data.test is 0.01", "10 samples"}, [&] { split({numbered(10), {}}, config); });
  config.test = 0;
  EXPECT_EQ(split({numbered(10), {}}, config).test.size(), 0);
}

}  // namespace
}  // namespace hourglass
