#include "hourglass/column_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>

#include "core/file.h"
#include "core/random.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// A table with these values, row by row.
Dataset table(const std::vector<std::string>& names, const std::vector<float>& values) {
  const auto width = static_cast<int64_t>(names.size());
  Dataset data = Dataset::from(values, {static_cast<int64_t>(values.size()) / width, width}, {}, "table");
  data.set_feature_names(names);
  return data;
}

TableStatistics statistics_of(const Dataset& data, const DataConfig& config = {}) {
  return table_statistics({data, {}, {}}, config);
}

/// Reads the text as a CSV file of which all rows are the training set.
TableStatistics statistics_of_csv(const std::string& text, DataConfig config) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "table.csv", text);
  config.name = (folder / "table.csv").string();
  config.preprocess = {"impute median"};
  config.test = 0;
  DataConfig inferred;
  const DataSplit data = load_dataset(config, {}, &inferred);
  return table_statistics(data, inferred);
}

std::vector<std::string> similar_names(const TableStatistics& statistics) {
  std::vector<std::string> names;
  for (const SimilarColumns& each : statistics.similar) names.push_back(each.column + " like " + each.earlier);
  return names;
}

TEST(TableStatistics, QuantilesOfNumbersAreInterpolated) {
  // 0 ... 40 in another order: the quantile q is 40 q.
  std::vector<float> values;
  for (int i = 0; i < 41; ++i) values.push_back(static_cast<float>(i * 7 % 41));
  const TableStatistics found = statistics_of(table({"a"}, values));
  ASSERT_EQ(found.columns.size(), 1u);
  const ColumnStatistics& column = found.columns[0];
  EXPECT_EQ(column.name, "a");
  EXPECT_EQ(column.kind, "number");
  EXPECT_EQ(found.rows, 41);
  EXPECT_EQ(found.sampled_rows, 41);
  EXPECT_EQ(column.missing, 0);
  EXPECT_EQ(column.distinct, 41);
  EXPECT_EQ(column.min, 0);
  EXPECT_DOUBLE_EQ(column.low, 2);
  EXPECT_DOUBLE_EQ(column.median, 20);
  EXPECT_DOUBLE_EQ(column.high, 38);
  EXPECT_EQ(column.max, 40);
  const ColumnStatistics two = statistics_of(table({"a"}, {1, 2})).columns[0];
  EXPECT_DOUBLE_EQ(two.low, 1.05);
  EXPECT_DOUBLE_EQ(two.median, 1.5);
}

TEST(TableStatistics, MissingAndInfiniteValuesDoNotCount) {
  const TableStatistics found =
      statistics_of(table({"a", "none"}, {3, kMissing, kMissing, kMissing, 1, INFINITY, INFINITY, kMissing}));
  const ColumnStatistics& column = found.columns[0];
  EXPECT_EQ(column.missing, 2);
  EXPECT_EQ(column.distinct, 2);
  EXPECT_EQ(column.min, 1);
  EXPECT_EQ(column.median, 2);
  EXPECT_EQ(column.max, 3);
  EXPECT_FALSE(column.is_mostly_missing(4)) << "two of four rows are not over half";
  const ColumnStatistics& none = found.columns[1];
  EXPECT_EQ(none.missing, 4);
  EXPECT_EQ(none.distinct, 0);
  EXPECT_TRUE(std::isnan(none.min) && std::isnan(none.median) && std::isnan(none.max));
  EXPECT_TRUE(none.is_mostly_missing(4));
  EXPECT_FALSE(none.is_constant(4)) << "it has no value";
}

TEST(TableStatistics, ConstantColumnsHaveSeveralEqualValues) {
  const TableStatistics found = statistics_of(
      table({"same", "gaps", "one", "varies"}, {5, 2, kMissing, 1, 5, kMissing, 7, 1, 5, 2, kMissing, 4}));
  EXPECT_TRUE(found.columns[0].is_constant(3));
  EXPECT_TRUE(found.columns[1].is_constant(3));
  EXPECT_FALSE(found.columns[2].is_constant(3)) << "a single value";
  EXPECT_FALSE(found.columns[3].is_constant(3));
  EXPECT_THAT(found.similar, IsEmpty());
}

TEST(TableStatistics, OneRow) {
  const TableStatistics found = statistics_of(table({"a", "b"}, {3, 3}));
  EXPECT_EQ(found.rows, 1);
  EXPECT_EQ(found.columns[0].low, 3);
  EXPECT_EQ(found.columns[0].median, 3);
  EXPECT_EQ(found.columns[0].distinct, 1);
  EXPECT_FALSE(found.columns[0].is_constant(1));
  EXPECT_THAT(found.similar, IsEmpty());
}

TEST(TableStatistics, FindsColumnsThatAreEqualUpToScaleAndSign) {
  std::vector<float> values;
  for (int i = 0; i < 50; ++i) {
    const float t = static_cast<float>(std::sin(i * 0.7)), other = static_cast<float>(std::cos(i * 2.1));
    for (const float value : {t, other, 3 - 2 * t, t + 0.1f * other, t + 0.01f * other, 5.0f}) values.push_back(value);
  }
  const TableStatistics found = statistics_of(table({"t", "other", "scaled", "far", "near", "constant"}, values));
  EXPECT_THAT(similar_names(found), ElementsAre("scaled like t", "near like t"));
  EXPECT_NEAR(found.similar[0].correlation, -1, 1e-9);
  EXPECT_LT(found.similar[1].correlation, 1 - 1e-6);
  EXPECT_EQ(found.compared, 6);
}

TEST(TableStatistics, ComparesTheRowsInWhichBothColumnsHaveAValue) {
  std::vector<float> values;
  for (int i = 0; i < 60; ++i) {
    const float t = static_cast<float>(std::sin(i * 0.7));
    const bool a_there = i % 5 != 0, b_there = i % 7 != 0;
    // "c" follows t except where "a" is missing.
    values.insert(values.end(), {a_there ? t : kMissing, b_there ? 100 * t : kMissing, a_there ? t : 9 * t * t - 3});
  }
  const TableStatistics found = statistics_of(table({"a", "b", "c"}, values));
  EXPECT_THAT(similar_names(found), ElementsAre("b like a", "c like a")) << "c differs from b in rows of both";
  EXPECT_NEAR(found.similar[0].correlation, 1, 1e-6);
}

TEST(TableStatistics, AnOutlierThatTheOtherColumnLacksDoesNotHideADuplicate) {
  std::vector<float> values;
  for (int i = 0; i < 40; ++i) {
    const float t = static_cast<float>(std::sin(i * 0.7));
    values.insert(values.end(), {i == 9 ? 1e6f : t, i == 9 ? kMissing : -t});
  }
  EXPECT_THAT(similar_names(statistics_of(table({"a", "b"}, values))), ElementsAre("b like a"));
}

TEST(TableStatistics, ComparesManyColumnsInSeconds) {
  constexpr int64_t kRows = 300, kColumns = 2100;
  RandomStream random(1, RandomPurpose::kSyntheticDigits, 0);
  std::vector<float> values(kRows * kColumns);
  for (float& value : values) value = static_cast<float>(random.below(1000));
  std::vector<std::string> names;
  for (int64_t j = 0; j < kColumns; ++j) names.push_back("c" + std::to_string(j));
  for (size_t i = 0; i < kRows; ++i) {
    values[i * kColumns + 1999] = 7 - values[i * kColumns + 130];
    values[i * kColumns + 2000] = values[i * kColumns + 130];  // beyond the columns that are compared
  }
  const auto begin = std::chrono::steady_clock::now();
  const TableStatistics found = statistics_of(table(names, values));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
  EXPECT_EQ(found.features, kColumns);
  EXPECT_EQ(found.compared, 2000);
  EXPECT_THAT(similar_names(found), ElementsAre("c1999 like c130"));
}

TEST(TableStatistics, SamplesLargeTablesButNotTheirRanges) {
  constexpr int64_t kRows = 100'000;
  std::vector<float> values(kRows);
  for (size_t i = 0; i < kRows; ++i) values[i] = static_cast<float>(i);
  values[1] = -500;  // rows that are not among the evenly spaced ones
  values[3] = kMissing;
  const TableStatistics found = statistics_of(table({"a"}, values));
  EXPECT_EQ(found.sampled_rows, 20'000);
  EXPECT_EQ(found.columns[0].min, -500);
  EXPECT_EQ(found.columns[0].missing, 1);
  EXPECT_EQ(found.columns[0].distinct, 20'000);
  EXPECT_NEAR(found.columns[0].median, 50'000, 10);
  std::vector<float> nearly(kRows, 1.0f);
  nearly[2] = 2;
  EXPECT_FALSE(statistics_of(table({"a"}, nearly)).columns[0].is_constant(kRows));
}

TEST(TableStatistics, AreOfAllSetsTogether) {
  const Dataset all = table({"a"}, {1, 2, 3, 4, 5, 6});
  const std::vector<int64_t> train = {5, 0, 2}, test = {1, 4};
  const TableStatistics found = table_statistics({all.select(train), all.select(test), all.slice(3, 4)}, {});
  EXPECT_EQ(found.rows, 6);
  EXPECT_EQ(found.columns[0].max, 6);
  EXPECT_DOUBLE_EQ(found.columns[0].median, 3.5);
}

TEST(TableStatistics, KeepsNumbersApartThatFloatsWouldMerge) {
  Dataset data = table({"time"}, {0, 1, 2, 3});
  data.set_origin({1'700'000'000});
  const ColumnStatistics column = statistics_of(data).columns[0];
  EXPECT_EQ(column.distinct, 4);
  EXPECT_EQ(column.min, 1'700'000'000);
  EXPECT_EQ(column.max, 1'700'000'003);
  EXPECT_EQ(column.median, 1'700'000'001.5);
}

TEST(TableStatistics, CountsCategories) {
  DataConfig config;
  config.columns = {"color: category", "shade: category", "other: category"};
  const TableStatistics found = statistics_of_csv(
      "v,color,shade,other\n1,red,red,x\n2,blue,blue,x\n4,red,red,y\n3,,,y\n5,green,green,x\n9,red,red,x\n", config);
  const ColumnStatistics& color = found.columns[1];
  EXPECT_EQ(color.kind, "category");
  EXPECT_EQ(color.missing, 1);
  EXPECT_EQ(color.distinct, 3);
  ASSERT_EQ(color.frequent.size(), 3u);
  EXPECT_EQ(color.frequent[0].name, "red");
  EXPECT_EQ(color.frequent[0].rows, 3);
  EXPECT_EQ(color.frequent[1].rows, 1);
  EXPECT_TRUE(std::isnan(color.min));
  EXPECT_THAT(similar_names(found), ElementsAre("shade like color"));
}

TEST(TableStatistics, CategoriesAreComparedByNameAndNotByNumber) {
  // Both columns number their categories in the order of the rows: 0, 1, 0.
  DataConfig config;
  config.columns = {"a: category", "b: category", "c: category"};
  const TableStatistics found = statistics_of_csv("v,a,b,c\n1,x,y,x\n2,y,x,y\n4,x,y,x\n", config);
  EXPECT_THAT(similar_names(found), ElementsAre("c like a"));
}

TEST(TableStatistics, ListsColumnsThatAreNoFeatures) {
  DataConfig config;
  config.label_column = "state";
  config.ignored_columns = {"w"};
  config.columns = {"name: id", "remark: text"};
  const TableStatistics found = statistics_of_csv(
      "when,v,name,w,remark,state\n2025-01-01,1,a1,2,one,ok\n2025-01-01,2,a2,2,two,ok\n2025-01-03,3,a3,1,three,bad\n",
      config);
  std::vector<std::string> lines;
  for (const ColumnStatistics& each : found.columns)
    lines.push_back(each.name + " " + each.kind + (each.distinct ? " " + std::to_string(*each.distinct) : ""));
  EXPECT_THAT(lines, ElementsAre("v number 3", "when time 2", "name id 3", "remark text", "w ignore", "state label 2"));
  EXPECT_EQ(found.columns.back().frequent[0].name, "ok");
  EXPECT_EQ(found.columns.back().frequent[0].rows, 2);
}

TEST(TableStatistics, NamesColumnsWithoutNames) {
  EXPECT_EQ(statistics_of(Dataset::from(std::vector<float>{1, 2}, {1, 2})).columns[1].name, "x1");
}

TEST(TableStatistics, RejectsPictures) {
  expect_error(ErrorKind::kUsage, {"2x2x1", "rows"}, [] {
    table_statistics({Dataset("pictures", {2, 2, 1}, std::vector<uint8_t>(8)), {}, {}}, {});
  });
}

}  // namespace
}  // namespace hourglass
