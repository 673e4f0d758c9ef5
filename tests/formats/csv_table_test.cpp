#include "formats/csv_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"
#include "support/test_files.h"

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

TEST(CsvTable, FirstLineThatCountsColumnsHasTheirNames) {
  // Of pandas.DataFrame(array).to_csv, with and without the numbers of the rows.
  const CsvTable with_index = parse(",0,1\n0,0.5,0.25\n1,0.75,1\n");
  EXPECT_EQ(with_index.columns, (Texts{"0", "1"}));
  EXPECT_EQ(with_index.values, (Floats{0.5f, 0.25f, 0.75f, 1}));
  EXPECT_EQ(parse("0,1,2,3,4\n5,6,7,8,9\n").num_rows, 1);
  EXPECT_EQ(parse("1,2,3,4,5,label\n5,6,7,8,9,a\n", {.label_column = "label"}).labels, Texts{"a"});
  EXPECT_EQ(parse("0,1,2,3\n5,6,7,8\n").num_rows, 2) << "four can be values";
  EXPECT_EQ(parse("0,1,2,3,5\n5,6,7,8,9\n").num_rows, 2) << "they do not count";
  EXPECT_EQ(parse("0,1,2,3,4\n5,6,7,8,9\n", {.header = Header::kNo}).num_rows, 2);
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

TEST(CsvTable, FirstRowOfMissingValuesBesideALabelIsNoHeader) {
  const CsvTable table = parse("NA,,setosa\n1,2,setosa\n3,4,virginica\n", {.label_column = "3"});
  EXPECT_FALSE(table.has_header);
  EXPECT_EQ(table.num_rows, 3);
  EXPECT_EQ(table.missing.count, 2);
  EXPECT_TRUE(parse("a,b,kind\nNA,,setosa\n", {.label_column = "3"}).has_header);
  EXPECT_TRUE(parse("name,kind\nfoo,x\n1,y\n", {.label_column = "kind", .ignored_columns = {"name"}}).labels.size() ==
              2);
}

TEST(CsvTable, BlankLinesOfOneColumnAreMissingValues) {
  const CsvTable table = parse("a\n1\n\n3\n\n\n");
  EXPECT_EQ(table.num_rows, 3);
  EXPECT_EQ(table.missing.count, 1);
  EXPECT_EQ(table.missing.first.line, 3);
  EXPECT_EQ(table.values[2], 3);
  EXPECT_EQ(parse("a,b\n1,2\n\n3,4\n").num_rows, 2);
}

TEST(CsvTable, SecondColumnOfANameIsRenamed) {
  const CsvTable table = parse("a,b,a,a.2,a\n1,2,3,4,5\n");
  EXPECT_EQ(table.columns, (Texts{"a", "b", "a.3", "a.2", "a.4"}));
  ASSERT_EQ(table.notes.size(), 2u);
  EXPECT_EQ(table.notes[0], "Several columns have the name 'a'; column 3 is called 'a.3'.");
}

TEST(CsvTable, LeavesOutAnIndexWithoutName) {
  const CsvTable table = parse(",a,b\n0,1.5,2\n1,3,4\n7,5,6\n");
  EXPECT_EQ(table.columns, (Texts{"a", "b"}));
  EXPECT_EQ(table.values, (Floats{1.5f, 2, 3, 4, 5, 6}));
  ASSERT_EQ(table.notes.size(), 1u);
  EXPECT_NE(table.notes[0].find("counts rows; it is left out"), std::string::npos);
  const CsvTable used = parse(",a\n2,1\n1,3\n");
  EXPECT_EQ(used.columns, (Texts{"column 1", "a"}));
  EXPECT_NE(used.notes.at(0).find("data.ignored_columns=1"), std::string::npos);
  EXPECT_EQ(parse("n,a\n0,1\n1,3\n").columns, (Texts{"n", "a"}));
}

TEST(CsvTable, LeavesOutAnEmptyLastColumnWithoutName) {
  const CsvTable table = parse("a,b,\n1,2,\n3,NA,\n");
  EXPECT_EQ(table.columns, (Texts{"a", "b"}));
  EXPECT_EQ(table.missing.count, 1);
  EXPECT_EQ(table.missing.first.column, "b");
  EXPECT_EQ(parse("1,2,\n3,4,\n").values, (Floats{1, 2, 3, 4}));
  EXPECT_EQ(parse("a,b,c\n1,2,\n3,4,\n").columns.size(), 3u) << "a column with a name stays";
}

TEST(CsvTable, ReadsMissingAndPaddedNumbersInAnySpelling) {
  const CsvTable table = parse("a,b\n-nan,NAN\n\" 4 \",none\n\"\",N/a\n");
  EXPECT_EQ(table.missing.count, 5);
  EXPECT_EQ(table.infinite.count, 0);
  EXPECT_EQ(table.values[2], 4);
}

TEST(CsvTable, KeepsDifferencesThatFloat32CannotHold) {
  const CsvTable table = parse(
      "t,n,noise,x\n1700000000,16777216,100000000.25,0.1\n1700000001,16777217,"
      "100000000.5,0.2\n");
  EXPECT_EQ(table.origin, (std::vector<double>{1700000000, 16777216, 100000000.25, 0}));
  EXPECT_EQ(table.values, (Floats{0, 0, 0, 0.1f, 1, 1, 0.25f, 0.2f}));
  EXPECT_TRUE(table.notes.empty());
  EXPECT_TRUE(parse("a\n0.1\n16777215\n").origin.empty());
  const CsvTable wide = parse("n,x\n1,2\n99999999,3\n");
  ASSERT_EQ(wide.notes.size(), 1u);
  EXPECT_NE(wide.notes[0].find("Column 'n' has integers that differ by less than float32 can hold: they are rounded "
                               "by up to 4"),
            std::string::npos)
      << wide.notes[0];
}

TEST(CsvTable, ReadsGzipFiles) {
  EXPECT_EQ(read_csv(test_file("csv/packed.csv.gz"), {}).values, (Floats{1, 2, 3, 4}));
  EXPECT_EQ(read_csv(test_file("csv/packed.tsv.gz"), {}).columns, (Texts{"a,1", "b"}));
}

TEST(CsvTable, ReservesNoMoreThanTheTextCanHold) {
  std::string text = "a,b\n\n";
  for (int i = 0; i < 1000; ++i) text += "1,2\n";
  EXPECT_LE(parse(text).values.capacity(), text.size());
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
  expect_rejected("a,b\n0,5\n1,5;2\n", {"line 3", "'5;2'"});
  expect_rejected("a,b\n0,5\n1,2 3\n", {"'2 3'"});
  expect_rejected("a,b\n0,5\n1,+-3\n", {"'+-3'"});
  expect_rejected("a,b\n0,5\n1,0x1F\n", {"'0x1F'"});
}

TEST(CsvTable, InfersTheKindsOfColumns) {
  std::string text = "time,id,state,on,note,x,when\n";
  for (int i = 0; i < 12; ++i)
    text += "2025-03-0" + std::to_string(i % 9 + 1) + " 12:00:00,S" + std::to_string(i) + "," +
            (i % 3 == 0 ? "idle" : "run") + "," + (i % 2 == 0 ? "yes" : "no") + ",text " + std::to_string(i / 2) + "," +
            std::to_string(i) + ".5," + std::to_string(1700000000 + i) + "\n";
  const CsvTable table = parse(text);
  EXPECT_EQ(table.columns, (Texts{"state", "on", "x", "when"})) << "'when' is a number without the word time";
  EXPECT_EQ(table.identity_columns, (Texts{"time", "id"}));
  ASSERT_EQ(table.identity.size(), 12u);
  EXPECT_EQ(table.identity[1], (Texts{"2025-03-02 12:00:00", "S1"}));
  ASSERT_EQ(table.categories.size(), 4u);
  EXPECT_EQ(table.categories[0], (Texts{"idle", "run"}));
  EXPECT_EQ(table.categories[1], (Texts{"yes", "no"}));
  EXPECT_TRUE(table.categories[2].empty());
  EXPECT_EQ((Floats{table.values.begin(), table.values.begin() + 3}), (Floats{0, 0, 0.5f}));
  ASSERT_EQ(table.kinds.size(), 7u);
  EXPECT_EQ(table.kinds[4], (std::pair<std::string, ColumnKind>{"note", ColumnKind::kText}));

  const CsvTable given = parse(text, {.kinds = {{"state", ColumnKind::kIgnored}, {"note", ColumnKind::kCategory}}});
  EXPECT_EQ(given.columns, (Texts{"on", "note", "x", "when"}));
  EXPECT_EQ(given.categories[1].size(), 6u);
}

TEST(CsvTable, MissingCategoriesAreNone) {
  const CsvTable table = parse("s,x\na,1\nb,2\n,3\na,4\nNA,5\nb,6\n");
  EXPECT_EQ(table.values, (Floats{0, 1, 1, 2, -1, 3, 0, 4, -1, 5, 1, 6}));
  EXPECT_EQ(table.missing.count, 0) << "a missing category is no gap";
}

TEST(CsvTable, ReadsDecimalCommasAndThousands) {
  EXPECT_EQ(parse("a;b\n1,5;2\n-0,25;3\n1.234,5;4\n").values, (Floats{1.5f, 2, -0.25f, 3, 1234.5f, 4}));
  EXPECT_EQ(parse("a,b\n\"1,234.5\",2\n\"2,000.25\",3\n").values, (Floats{1234.5f, 2, 2000.25f, 3}));
  EXPECT_EQ(parse("a;b\n1 234,5;2\n12,5;3\n").values, (Floats{1234.5f, 2, 12.5f, 3}));
  expect_rejected("a;b\n1,234;2\n5,678;3\n", {"column 'a'", "'1,234' can be", "data.decimal=comma"});
  EXPECT_EQ(parse("a;b\n1,234;2\n5,678;3\n", {.decimal = ','}).values, (Floats{1.234f, 2, 5.678f, 3}));
  EXPECT_EQ(parse("a;b\n1,234;2\n5,678;3\n", {.decimal = '.'}).values, (Floats{1234, 2, 5678, 3}));
  expect_rejected("w,x\n12.5 kg,1\n13 kg,2\n12 kg,3\n", {"column 'w'", "'12.5 kg' has a unit"});
}

TEST(CsvTable, AFileHasOneDecimalSeparator) {
  EXPECT_EQ(parse("a;b\n61,337;0,203\n62,125;0,5\n").values, (Floats{61.337f, 0.203f, 62.125f, 0.5f}));
  EXPECT_EQ(parse("a;b\n5.123;4,9\n6.001;5,1\n").values, (Floats{5123, 4.9f, 6001, 5.1f}));
  EXPECT_EQ(parse("a,b\n5.123,4.9\n6.001,5.1\n").values, (Floats{5.123f, 4.9f, 6.001f, 5.1f}));
}

TEST(CsvTable, NumbersThatCountRowsAreIdentifiers) {
  std::string text = "n,body_index,x\n";
  for (int i = 0; i < 30; ++i) text += std::to_string(i + 7) + "," + std::to_string((i * 7) % 31) + ",0.5\n";
  EXPECT_EQ(parse(text).columns, (Texts{"body_index", "x"}));
}

TEST(CsvTable, ReadsUtf16) {
  const TemporaryFolder folder;
  for (const bool big : {false, true}) {
    std::string bytes = big ? "\xFE\xFF" : "\xFF\xFE";
    for (const char32_t c : std::u32string(U"\u00D6l,b\r\n1,2\n3,4\n")) {
      const char low = static_cast<char>(c & 0xFF), high = static_cast<char>(c >> 8);
      bytes += big ? high : low;
      bytes += big ? low : high;
    }
    std::ofstream(folder / "t.csv", std::ios::binary) << bytes;
    const CsvTable table = read_csv(folder / "t.csv", {});
    EXPECT_EQ(table.columns, (Texts{"\xC3\x96l", "b"}));
    EXPECT_EQ(table.values, (Floats{1, 2, 3, 4}));
    std::ofstream(folder / "t.csv", std::ios::binary) << bytes << 'x';
    expect_error(ErrorKind::kData, {"UTF-16", "half a character"}, [&] { read_csv(folder / "t.csv", {}); });
  }
}

TEST(CsvTable, BadValuesCanBeMissing) {
  const CsvTable table = parse("a,b\n1,2\nbroken,3\n4,5\n", {.bad_is_missing = true});
  EXPECT_EQ(table.num_bad, 1);
  EXPECT_TRUE(std::isnan(table.values[2]));
  EXPECT_EQ(table.notes.size(), 1u);
}

TEST(BrokenCsv, TooManyCategoriesAreRejectedWithTheRemedy) {
  std::string text = "s,x\n";
  for (int i = 0; i < 1100; ++i) text += "c" + std::to_string(i) + ",1\n";
  expect_rejected(text, {"more than 1000 categories", "data.columns=s: ignore"},
                  {.kinds = {{"s", ColumnKind::kCategory}}});
}

TEST(CsvKinds, RecognizeTimes) {
  for (const char* text : {"2025-03-31", "2025-03-31T12:00:00Z", "2025-03-31 12:00:00.123+02:00", "31.03.2025 07:05",
                           "3/31/2025", "12:30", "12:30:15", "2025/03/31 1:05 PM", "31.03.25"})
    EXPECT_TRUE(is_time(text)) << text;
  for (const char* text : {"2025", "1.5", "2025-13-01", "12:75", "a", "", "1-2", "192.168.0.1"})
    EXPECT_FALSE(is_time(text)) << text;
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
