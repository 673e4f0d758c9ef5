#include "formats/csv_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

using Header = CsvOptions::Header;
using Floats = std::vector<float>;
using Texts = std::vector<std::string>;

CsvTable parse(const std::string& text, const CsvOptions& options = {}) { return parse_csv(text, options, "x.csv"); }

void expect_refused(const std::string& text, std::vector<std::string> parts, const CsvOptions& options = {},
                    ErrorKind kind = ErrorKind::kData) {
  parts.emplace_back("x.csv");
  expect_error(kind, parts, [&] { parse(text, options); });
}

TEST(CsvTable, ReadsNumbersUnderNames) {
  const CsvTable table = parse("a,b,c\n1,-2.5,3e2\n4,.5,-0\n");
  EXPECT_TRUE(table.has_header);
  EXPECT_EQ(table.columns, (Texts{"a", "b", "c"}));
  EXPECT_EQ(table.num_rows, 2);
  EXPECT_EQ(table.values, (Floats{1, -2.5f, 300, 4, 0.5f, 0}));
}

TEST(CsvTable, ReadsNumbersWithoutNames) {
  const CsvTable table = parse("1,2\n3,4");
  EXPECT_FALSE(table.has_header);
  EXPECT_EQ(table.columns, (Texts{"column 1", "column 2"}));
  EXPECT_EQ(table.values, (Floats{1, 2, 3, 4}));
}

TEST(CsvTable, HeaderCanBeSaid) {
  EXPECT_EQ(parse("2019,2020\n1,2\n", {.header = Header::kYes}).columns, (Texts{"2019", "2020"}));
  EXPECT_EQ(parse("NA,NA\n1,2\n", {.header = Header::kNo}).num_rows, 2);
}

TEST(CsvTable, InfersTheDelimiter) {
  EXPECT_EQ(parse("1\t2\n3\t4\n").values, (Floats{1, 2, 3, 4}));
  EXPECT_EQ(parse("a;\"x,y,z\"\n1;2\n").columns, (Texts{"a", "x,y,z"}));
  EXPECT_EQ(parse("1\n2\n").values, (Floats{1, 2}));
}

TEST(CsvTable, ReadsTsvByItsName) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "x.tsv", "a,1\tb\n1\t2\n");
  EXPECT_EQ(read_csv(folder / "x.tsv", {}).columns, (Texts{"a,1", "b"}));
}

TEST(CsvTable, ReadsQuotedFields) {
  const CsvTable table = parse("\"a \"\"b\"\"\",\"c,\nd\"\n\"1\", \"2\" \n", {});
  EXPECT_EQ(table.columns, (Texts{"a \"b\"", "c,\nd"}));
  EXPECT_EQ(table.values, (Floats{1, 2}));
}

TEST(CsvTable, ReadsEveryLineEndAndPadding) {
  EXPECT_EQ(parse("\xEF\xBB\xBF"
                  "a,b\r\n 1 ,\t2\r\n\r\n+3,4 \r\n\n")
                .values,
            (Floats{1, 2, 3, 4}));
  EXPECT_EQ(parse("\n\na,b\n1,2").columns, (Texts{"a", "b"}));
}

TEST(CsvTable, TakesLabelsAndIgnoresColumns) {
  const std::string text = "time,x,kind,y\nmon,1,good,2\ntue,3,\"bad, really\",4\n";
  for (const char* label : {"kind", "3", "-2"}) {
    const CsvTable table = parse(text, {.label_column = label, .ignored_columns = {"time"}});
    EXPECT_EQ(table.columns, (Texts{"x", "y"}));
    EXPECT_EQ(table.values, (Floats{1, 2, 3, 4}));
    EXPECT_EQ(table.labels, (Texts{"good", "bad, really"}));
  }
}

TEST(CsvTable, MayHoldLabelsAlone) {
  const CsvTable table = parse("kind\ngood\nbad\n", {.label_column = "1"});
  EXPECT_EQ(table.num_rows, 2);
  EXPECT_TRUE(table.columns.empty());
  EXPECT_EQ(table.labels, (Texts{"good", "bad"}));
}

TEST(CsvTable, CountsAndLocatesMissingFields) {
  const CsvTable table = parse("a,b\n1,2\n,NA\nnan,?\n3,null\n");
  EXPECT_EQ(table.missing.count, 5);
  EXPECT_EQ(table.missing.first.line, 3);
  EXPECT_EQ(table.missing.first.column, "a");
  EXPECT_TRUE(std::isnan(table.values[2]));
  EXPECT_EQ(table.values[6], 3);
  EXPECT_EQ(table.infinite.count, 0);
  EXPECT_EQ(parse("1,2\n3,").missing.count, 1);
}

TEST(CsvTable, CountsAndLocatesInfiniteFields) {
  const CsvTable table = parse("a,b\n1,2\n3,-inf\n1e39,1e-60\n1e400,1e-400\n");
  EXPECT_EQ(table.infinite.count, 3);
  EXPECT_EQ(table.infinite.first.line, 3);
  EXPECT_EQ(table.infinite.first.column, "b");
  EXPECT_EQ(table.values[5], 0);
  EXPECT_EQ(table.values[7], 0);
}

TEST(BrokenCsv, IsRefusedWhereItHoldsNothing) {
  expect_refused("", {"it is empty"});
  expect_refused("\n \r\n", {"nothing but blank lines"});
  expect_refused("a,b\n", {"no row of values"});
}

TEST(BrokenCsv, NamesTheLineOfARaggedRow) {
  expect_refused("a,b\n1,2\n3\n", {"line 3", "it has 1 fields, but the first line has 2"});
  expect_refused("a,b\n1,2\n\n1,2,3\n", {"line 4", "more than 2 fields"});
  expect_refused("a,b\n\"1\n\",2\n1,2,3\n", {"line 2", "'1\n'"});
  expect_refused("a;b\n1;2\n1;2;\n", {"line 3", "between ';'"});
}

TEST(BrokenCsv, LocatesTextAmongNumbers) {
  expect_refused("time,x\n1,2\n2024-01-01,4\n", {"line 3", "column 'time' holds the text '2024-01-01'",
                                                 "data.ignored_columns=time", "data.label_column=time"});
  expect_refused("id,1,2\n7,8,9\n", {"line 1", "column 'column 1' holds the text 'id'", "data.header=yes"});
  expect_refused("a,b\n1,5;2\n", {"line 2", "'5;2'"});
  expect_refused("a,b\n1,2 3\n", {"'2 3'"});
  expect_refused("a,b\n1,+-3\n", {"'+-3'"});
  expect_refused("a,b\n1,0x1F\n", {"'0x1F'"});
}

TEST(CsvTable, TellsHowFarItHasRead) {
  std::string text = "a,b\n";
  for (int i = 0; i < 20000; ++i) text += "1,2\n";
  std::vector<double> parts;
  parse_csv(text, {}, "x.csv", {.on_progress = [&](const Stage& stage) { parts.push_back(stage.part); }});
  ASSERT_EQ(parts.size(), 5u);
  for (size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(parts[i], static_cast<double>(4 + i * 4096 * 4) / static_cast<double>(text.size()), 1e-9);
}

TEST(BrokenCsv, NamesTheLineOfAnOpenQuote) {
  expect_refused("a,b\n1,2\n3,\"4\n5,6\n", {"line 3", "column 'b' is never closed"});
  expect_refused("\"a,b\n1,2\n", {"line 1", "a quote is never closed"});
}

TEST(BrokenCsv, RefusesColumnsThatAreNotThere) {
  expect_refused("time,x\n1,2\n", {"no column 'tme'", "Did you mean 'time'?"}, {.label_column = "tme"},
                 ErrorKind::kUsage);
  expect_refused("1,2\n3,4\n", {"no column 'x'", "1 to 2"}, {.label_column = "x"}, ErrorKind::kUsage);
  expect_refused("1,2\n3,4\n", {"no column '3'"}, {.ignored_columns = {"3"}}, ErrorKind::kUsage);
  expect_refused("x,x\n3,4\n", {"several columns 'x'"}, {.ignored_columns = {"x"}}, ErrorKind::kUsage);
  expect_refused("x\n3\n", {"no column of values is left"}, {.ignored_columns = {"x"}});
}

}  // namespace
}  // namespace hourglass
