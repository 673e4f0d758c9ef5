// Tables read block by block, times as features, and texts that are not UTF-8.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "formats/csv_parser.h"
#include "formats/csv_table.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

std::string mixed_table(int rows) {
  std::string text = "time,state,x,y,class\n";
  for (int i = 0; i < rows; ++i) {
    if (i == 7) text += "\n";
    text += "2025-01-0" + std::to_string(i % 9 + 1) + " 0" + std::to_string(i % 10) + ":00," +
            (i % 3 == 0   ? "run"
             : i % 3 == 1 ? "stop"
                          : "wait") +
            "," + std::to_string(1'700'000'000.5 + i) + "," + (i % 5 == 0 ? "" : std::to_string(i)) + "," +
            (i % 4 == 0 ? "bad" : "ok") + "\n";
  }
  return text;
}

TEST(CsvBlocks, TogetherAreTheWholeTable) {
  const std::string text = mixed_table(100);
  CsvOptions options;
  options.label_column = "class";
  const CsvTable whole = parse_csv(text, options, "t.csv");
  for (const int64_t rows : {1, 3, 7, 99, 100, 1000}) {
    CsvParser parser(text, options, "t.csv");
    std::vector<double> values;
    std::vector<std::string> labels;
    std::vector<std::vector<std::string>> identity;
    int64_t count = 0, missing = 0;
    for (CsvTable block = parser.next(rows, {}); block.num_rows > 0; block = parser.next(rows, {})) {
      EXPECT_EQ(block.columns, whole.columns);
      EXPECT_EQ(block.identity_columns, whole.identity_columns);
      EXPECT_LE(block.num_rows, rows);
      for (size_t i = 0; i < block.values.size(); ++i)
        values.push_back(static_cast<double>(block.values[i]) +
                         (block.origin.empty() ? 0 : block.origin[i % block.columns.size()]));
      labels.insert(labels.end(), block.labels.begin(), block.labels.end());
      identity.insert(identity.end(), block.identity.begin(), block.identity.end());
      count += block.num_rows;
      missing += block.missing.count;
    }
    EXPECT_EQ(count, 100);
    EXPECT_EQ(labels, whole.labels);
    EXPECT_EQ(identity, whole.identity);
    EXPECT_EQ(missing, whole.missing.count);
    for (size_t i = 0; i < values.size(); ++i) {
      const double expected = static_cast<double>(whole.values[i]) + whole.origin[i % whole.columns.size()];
      ASSERT_EQ(std::isnan(values[i]), std::isnan(expected));
      // One row has no range, so that its number is not stored as a difference.
      if (!std::isnan(expected) && rows >= 3) {
        EXPECT_NEAR(values[i], expected, 1e-3) << rows << " rows, value " << i;
      }
    }
  }
}

TEST(CsvBlocks, ErrorsNameTheLineInALaterBlock) {
  CsvParser parser("a,b\n1,2\n3,4\n5,x\n", {}, "t.csv");
  parser.next(2, {});
  expect_error(ErrorKind::kData, {"line 4", "column 'b'", "'x'"}, [&] { parser.next(2, {}); });
}

TEST(CsvBlocks, BlankLinesOfATableOfOneColumnAreRowsInEveryBlock) {
  CsvParser parser("a\n1\n\n\n2\n\n3\n", {}, "t.csv");
  int64_t rows = 0;
  for (CsvTable block = parser.next(1, {}); block.num_rows > 0; block = parser.next(1, {})) rows += block.num_rows;
  EXPECT_EQ(rows, 6);
}

TEST(CsvBlocks, AFileThatChangesWhileItIsReadIsAnError) {
  const TemporaryFolder folder;
  const auto path = folder / "t.csv";
  std::ofstream(path) << "a,b\n1,2\n3,4\n";
  CsvBlocks blocks(path, {});
  blocks.next(1);
  std::ofstream(path, std::ios::app) << "5,6\n";
  expect_error(ErrorKind::kData, {"changed while it was read"}, [&] { blocks.next(1); });
}

TEST(CsvTimeFeatures, HourAndWeekdayArePointsOfACircle) {
  CsvOptions options;
  options.hour = options.weekday = true;
  const CsvTable table = parse_csv("t,x\n2025-03-31 06:00,1\n2025-04-02 12:00,2\n,3\n", options, "t.csv");
  EXPECT_THAT(table.columns, testing::ElementsAre("t (hour, sine)", "t (hour, cosine)", "t (weekday, sine)",
                                                  "t (weekday, cosine)", "x"));
  EXPECT_NEAR(table.values[0], 1, 1e-6);
  EXPECT_NEAR(table.values[1], 0, 1e-6);
  EXPECT_NEAR(table.values[2], 0, 1e-6) << "Monday";
  EXPECT_NEAR(table.values[3], 1, 1e-6);
  EXPECT_NEAR(table.values[6], -1, 1e-6) << "noon";
  EXPECT_NEAR(table.values[7], std::sin(2 * M_PI * 2 / 7), 1e-6) << "Wednesday";
  EXPECT_TRUE(std::isnan(table.values[10]));
  EXPECT_EQ(table.identity[1][0], "2025-04-02 12:00") << "times still identify rows";
  expect_error(ErrorKind::kData, {"line 1003", "'soon'", "a date or a time was expected"}, [&] {
    std::string text = "t,x\n";
    for (int i = 0; i < 1001; ++i) text += "2025-03-31 06:00,1\n";
    parse_csv(text + "soon,2\n", options, "t.csv");
  });
}

TEST(CsvTimeFeatures, ATimeOfDayHasNoWeekday) {
  CsvOptions options;
  options.hour = true;
  EXPECT_EQ(parse_csv("t,x\n6:00,1\n12:00,2\n", options, "t.csv").columns.size(), 3u);
  options.weekday = true;
  expect_error(ErrorKind::kData, {"line 2", "'6:00'", "a date was expected"},
               [&] { parse_csv("t,x\n6:00,1\n12:00,2\n", options, "t.csv"); });
}

TEST(CsvTimeFeatures, UnclearDatesAreRejectedUntilTheirOrderIsGiven) {
  const std::string text = "t,x\n03/04/2025,1\n05/06/2025,2\n";
  expect_error(ErrorKind::kData, {"column 't'", "'03/04/2025'", "data.date_order=day", "data.date_order=month"},
               [&] { parse_csv(text, {}, "t.csv"); });
  CsvOptions options;
  options.date_order = DateOrder::kMonthFirst;
  options.weekday = true;
  const CsvTable table = parse_csv(text, options, "t.csv");
  EXPECT_NEAR(table.values[0], std::sin(2 * M_PI / 7), 1e-6) << "March 4 was a Tuesday";
  options = {};
  options.kinds = {{"t", ColumnKind::kIdentifier}};
  EXPECT_EQ(parse_csv(text, options, "t.csv").identity_columns, std::vector<std::string>{"t"});
  EXPECT_EQ(parse_csv("t,u,x\n03/04/2025,13/01/2025,1\n05/06/2025,14/02/2025,2\n", {}, "t.csv").date_order,
            DateOrder::kDayFirst)
      << "another column decides";
}

TEST(CsvText, LinesCanEndInCarriageReturnsAlone) {
  const TemporaryFolder folder;
  std::ofstream(folder / "mac.csv", std::ios::binary) << "a,b\r1,2\r3,4\r";
  const CsvTable table = read_csv(folder / "mac.csv", {});
  EXPECT_EQ(table.num_rows, 2);
  EXPECT_EQ(table.values, (std::vector<float>{1, 2, 3, 4}));
}

TEST(CsvText, AGivenDecimalCommaHoldsForRowsAfterTheFirstThousand) {
  std::string text = "a;b\n";
  for (int i = 0; i < 1100; ++i) text += std::to_string(7 * i % 90) + ";" + std::to_string(i % 7) + "\n";
  CsvOptions options;
  options.decimal = ',';
  EXPECT_EQ(parse_csv(text + "10,5;1\n", options, "t.csv").values[2200], 10.5f);
}

TEST(CsvText, Latin1BecomesUtf8) {
  const CsvTable table = parse_csv("caf\xE9,\xFC\nna\xEFve,1\nna\xEFve,2\n\x80uro,3\n",
                                   {.kinds = {{"café", ColumnKind::kCategory}}}, "t.csv");
  EXPECT_EQ(table.columns[0], "caf\u00E9");
  EXPECT_EQ(table.categories[0], (std::vector<std::string>{"na\u00EFve", "\u20ACuro"}));
  EXPECT_EQ(parse_csv("caf\u00E9\n1\n", {}, "t.csv").columns[0], "caf\u00E9") << "UTF-8 stays";
}

}  // namespace
}  // namespace hourglass
