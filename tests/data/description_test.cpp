#include "data/description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace hourglass {
namespace {

using testing::ElementsAre;

TEST(Describe, ScalesBytesToOne) {
  const Dataset data("set", {2}, std::vector<uint8_t>{0, 51, 0, 255, 0, 102}, {0, 2, 2});
  const PartDescription description = describe(data);
  EXPECT_EQ(description.num_samples, 3);
  EXPECT_EQ(description.min, 0);
  EXPECT_EQ(description.max, 1);
  EXPECT_NEAR(description.mean, (0.2 + 1 + 0.4) / 6, 1e-7);
  const double mean = 1.6 / 6;
  const double variance =
      (3 * mean * mean + std::pow(0.2 - mean, 2) + std::pow(1 - mean, 2) + std::pow(0.4 - mean, 2)) / 6;
  EXPECT_NEAR(description.standard_deviation, std::sqrt(variance), 1e-7);
  EXPECT_EQ(description.num_constant, 1);
  EXPECT_THAT(description.class_counts, ElementsAre(1, 0, 2));
  EXPECT_EQ(description.num_repeated, 0);
}

TEST(Describe, KeepsTheDeviationOfLargeFloats) {
  std::vector<float> values;
  for (int i = 0; i < 1000; ++i) values.push_back(16000000.0f + static_cast<float>(i % 2));
  const PartDescription description = describe(Dataset("set", {1}, SampleStorage::of_floats(values)));
  EXPECT_NEAR(description.mean, 16000000.5, 1e-9);
  EXPECT_NEAR(description.standard_deviation, 0.5, 1e-9);
  EXPECT_EQ(description.num_repeated, 998);
}

TEST(Describe, LeavesOutMissingValuesAndCategories) {
  Dataset data = Dataset::from(std::vector<float>{NAN, 1, 4, 0, 2, -1, INFINITY, 1}, {4, 2});
  data.set_categories({{}, {"a", "b"}});
  const PartDescription description = describe(data);
  EXPECT_EQ(description.min, 2);
  EXPECT_EQ(description.max, 4);
  EXPECT_EQ(description.mean, 3);
  EXPECT_EQ(description.standard_deviation, 1);
  EXPECT_EQ(description.num_missing, 3);
  EXPECT_EQ(description.num_constant, 0);
  data.set_categories({{"x"}, {"a", "b"}});
  EXPECT_TRUE(std::isnan(describe(data).mean)) << "no numbers are left";
}

TEST(Describe, CountsRepeatedSamplesAndEmptyClasses) {
  Dataset data("set", {2}, std::vector<uint8_t>{1, 2, 3, 4, 1, 2, 1, 2, 2, 1}, {0, 0, 0, 0, 1});
  data.set_class_names({"a", "b", "c"});
  const PartDescription description = describe(data);
  EXPECT_EQ(description.num_repeated, 2);
  EXPECT_THAT(description.class_counts, ElementsAre(4, 1, 0));
}

TEST(NumShared, CountsSamplesThatAnotherDatasetHas) {
  const Dataset train("set", {2}, std::vector<uint8_t>{1, 2, 3, 4, 5, 6});
  const Dataset test("set", {2}, std::vector<uint8_t>{3, 4, 7, 8, 3, 4, 2, 1});
  EXPECT_EQ(num_shared(test, train), 2);
  EXPECT_EQ(num_shared(train, test), 1);
  EXPECT_EQ(num_shared(Dataset("set", {1}, std::vector<uint8_t>{1}), train), 0);
}

}  // namespace
}  // namespace hourglass
