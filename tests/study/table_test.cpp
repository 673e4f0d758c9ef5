#include "study/table.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"

namespace hourglass {
namespace {

ResultTable example() {
  return {{"name", "mse"}, {{"b", 0.25}, {"a, \"quoted\"", kNotMeasured}, {"c", 0.1}, {"d", "diverged"}}};
}

TEST(ResultTable, CsvQuotesTextAndHasEmptyCellsForMissingValues) {
  EXPECT_EQ(to_csv(example()), "name,mse\nb,0.25\n\"a, \"\"quoted\"\"\",\nc,0.1\nd,diverged\n");
}

TEST(ResultTable, JsonHasNullForMissingValues) {
  const auto json = to_json(example());
  EXPECT_EQ(json[0]["mse"], 0.25);
  EXPECT_TRUE(json[1]["mse"].is_null());
  EXPECT_EQ(json[3]["mse"], "diverged");
}

TEST(ResultTable, SortsNumbersThenStringsThenMissingValues) {
  ResultTable table = example();
  EXPECT_EQ(sort_rows(table, "mse", false), (std::vector<size_t>{2, 0, 3, 1})) << "previous indices";
  const auto order = [&] {
    std::string names;
    for (const auto& row : table.rows) names += std::get<std::string>(row[0])[0];
    return names;
  };
  EXPECT_EQ(order(), "cbda");
  sort_rows(table, "mse", true);
  EXPECT_EQ(order(), "bcda");
}

TEST(ResultTable, SuggestsTheNearestColumn) {
  ResultTable table = example();
  expect_error(ErrorKind::kUsage, {"'mes'", "Did you mean 'mse'?"}, [&] { sort_rows(table, "mes", false); });
}

}  // namespace
}  // namespace hourglass
