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

void expect_rejected(const std::string& text, std::vector<std::string> fragments, const CsvOptions& options = {},
                     ErrorKind kind = ErrorKind::kData) {
  fragments.emplace_back("x.csv");
  expect_error(kind, fragments, [&] { parse(text, options); });
}

TEST(CsvTable, ReadsNumbersWithColumnNames) {
  const CsvTable table = parse("a,b,c\n1,-2.5,3e2\n4,.5,-0\n");
  EXPECT_TRUE(table.has_header);
  EXPECT_EQ(table.columns, (Texts{"a", "b", "c"}));
  EXPECT_EQ(table.num_rows, 2);
  EXPECT_EQ(table.values, (Floats{1, -2.5f, 300, 4, 0.5f, 0}));
}

TEST(CsvTable, ReadsNumbersWithoutColumnNames) {
  const CsvTable table = parse("1,2\n3,4");
  EXPECT_FALSE(table.has_header);
  EXPECT_EQ(table.columns, (Texts{"column 1", "column 2"}));
  EXPECT_EQ(table.values, (Floats{1, 2, 3, 4}));
}

TEST(CsvTable, HeaderCanBeSet) {
  EXPECT_EQ(parse("2019,2020\n1,2\n", {.header = Header::kYes}).columns, (Texts{"2019", "2020"}));
  EXPECT_EQ(parse("NA,NA\n1,2\n", {.header = Header::kNo}).num_rows, 2);
}

TEST(CsvTable, InfersTheDelimiter) {
  EXPECT_EQ(parse("1\t2\n3\t4\n").values, (Floats{1, 2, 3, 4}));
  EXPECT_EQ(parse("a;\"x,y,z\"\n1;2\n").columns, (Texts{"a", "x,y,z"}));
  EXPECT_EQ(parse("1\n2\n").values, (Floats{1, 2}));
}

TEST(CsvTable, DetectsTsvByItsName) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "x.tsv", "a,1\tb\n1\t2\n");
  EXPECT_EQ(read_csv(folder / "x.tsv", {}).columns, (Texts{"a,1", "b"}));
}

TEST(CsvTable, ReadsQuotedFields) {
  const CsvTable table = parse("\"a \"\"b\"\"\",\"c,\nd\"\n\"1\", \"2\" \n", {});
  EXPECT_EQ(table.columns, (Texts{"a \"b\"", "c,\nd"}));
  EXPECT_EQ(table.values, (Floats{1, 2}));
}

TEST(CsvTable, ReadsAllLineEndsAndPadding) {
  EXPECT_EQ(parse("\xEF\xBB\xBF"
                  "a,b\r\n 1 ,\t2\r\n\r\n+3,4 \r\n\n")
                .values,
            (Floats{1, 2, 3, 4}));
  EXPECT_EQ(parse("\n\na,b\n1,2").columns, (Texts{"a", "b"}));
}

TEST(CsvTable, ReadsLabelsAndIgnoresColumns) {
  const std::string text = "time,x,kind,y\nmon,1,good,2\ntue,3,\"bad, really\",4\n";
  for (const char* label : {"kind", "3", "-2"}) {
    const CsvTable table = parse(text, {.label_column = label, .ignored_columns = {"time"}});
    EXPECT_EQ(table.columns, (Texts{"x", "y"}));
    EXPECT_EQ(table.values, (Floats{1, 2, 3, 4}));
    EXPECT_EQ(table.labels, (Texts{"good", "bad, really"}));
  }
}

TEST(CsvTable, CanHaveOnlyLabels) {
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

TEST(BrokenCsv, IsRejectedIfItIsEmpty) {
  expect_rejected("", {"it is empty"});
  expect_rejected("\n \r\n", {"only blank lines"});
  expect_rejected("a,b\n", {"column names, but no rows"});
}

TEST(BrokenCsv, ErrorNamesTheLineOfARaggedRow) {
  expect_rejected("a,b\n1,2\n3\n", {"line 3", "it has 1 fields, but the first line has 2"});
  expect_rejected("a,b\n1,2\n\n1,2,3\n", {"line 4", "more than 2 fields"});
  expect_rejected("a,b\n\"1\n\",2\n1,2,3\n", {"line 2", "'1\n'"});
  expect_rejected("a;b\n1;2\n1;2;\n", {"line 3", "separated by ';'"});
}

TEST(BrokenCsv, ErrorLocatesTextAmongNumbers) {
  expect_rejected("time,x\n1,2\n2024-01-01,4\n", {"line 3", "column 'time' contains the text '2024-01-01'",
                                                  "data.ignored_columns=time", "data.label_column=time"});
  expect_rejected("id,1,2\n7,8,9\n", {"line 1", "column 'column 1' contains the text 'id'", "data.header=yes"});
  expect_rejected("a,b\n1,5;2\n", {"line 2", "'5;2'"});
  expect_rejected("a,b\n1,2 3\n", {"'2 3'"});
  expect_rejected("a,b\n1,+-3\n", {"'+-3'"});
  expect_rejected("a,b\n1,0x1F\n", {"'0x1F'"});
}

TEST(CsvTable, ReportsProgress) {
  std::string text = "a,b\n";
  for (int i = 0; i < 20000; ++i) text += "1,2\n";
  std::vector<double> fractions;
  parse_csv(text, {}, "x.csv", {.on_progress = [&](const Stage& stage) { fractions.push_back(stage.part); }});
  ASSERT_EQ(fractions.size(), 5u);
  for (size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(fractions[i], static_cast<double>(4 + i * 4096 * 4) / static_cast<double>(text.size()), 1e-9);
}

TEST(BrokenCsv, ErrorNamesTheLineOfAnOpenQuote) {
  expect_rejected("a,b\n1,2\n3,\"4\n5,6\n", {"line 3", "closing quote in column 'b' is missing"});
  expect_rejected("\"a,b\n1,2\n", {"line 1", "a closing quote is missing"});
}

TEST(BrokenCsv, RejectsUnknownColumns) {
  expect_rejected("time,x\n1,2\n", {"no column 'tme'", "Did you mean 'time'?"}, {.label_column = "tme"},
                  ErrorKind::kUsage);
  expect_rejected("1,2\n3,4\n", {"no column 'x'", "1 to 2"}, {.label_column = "x"}, ErrorKind::kUsage);
  expect_rejected("1,2\n3,4\n", {"no column '3'"}, {.ignored_columns = {"3"}}, ErrorKind::kUsage);
  expect_rejected("x,x\n3,4\n", {"several columns 'x'"}, {.ignored_columns = {"x"}}, ErrorKind::kUsage);
  expect_rejected("x\n3\n", {"no value columns are left"}, {.ignored_columns = {"x"}});
}

}  // namespace
}  // namespace hourglass
