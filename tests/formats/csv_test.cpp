#include "formats/csv.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <sstream>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

std::string written(const Tensor& tensor, const std::vector<std::string>& columns) {
  const TemporaryFolder folder;
  write_csv(folder / "z.csv", tensor, columns);
  return read_file(folder / "z.csv");
}

TEST(CsvWriter, WritesAHeaderAndOneLinePerRow) {
  Tensor tensor({2, 3});
  for (int64_t i = 0; i < 6; ++i) tensor.data()[i] = static_cast<float>(i) - 0.5f;
  EXPECT_EQ(written(tensor, {"a", "b", "c"}), "a,b,c\n-0.5,0.5,1.5\n2.5,3.5,4.5\n");
  EXPECT_EQ(written(Tensor({2}), {"a"}), "a\n0\n0\n");
  EXPECT_EQ(written(Tensor({0, 2}), {"a", "b"}), "a,b\n");
}

TEST(CsvWriter, KeepsEveryBitOfAFloat) {
  using Limits = std::numeric_limits<float>;
  const std::vector<float> values = {
      0.1f,        1.0f / 3, -1.23456789e-38f, Limits::max(), Limits::lowest(), Limits::min(), -Limits::denorm_min(),
      16777217.0f, -0.0f,    3.14159274f};
  Tensor tensor({static_cast<int64_t>(values.size()), 1});
  std::copy(values.begin(), values.end(), tensor.data());
  std::istringstream lines(written(tensor, {"value"}));
  std::string line;
  std::getline(lines, line);
  for (float value : values) {
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_EQ(std::strtof(line.c_str(), nullptr), value);
    EXPECT_EQ(std::signbit(std::strtof(line.c_str(), nullptr)), std::signbit(value));
  }
}

TEST(CsvWriter, WritesARowOfTheLongestValues) {
  Tensor tensor({1, 1000});
  for (float& value : tensor.values()) value = -1.23456789e-38f;
  const std::string text = written(tensor, std::vector<std::string>(1000, "x"));
  EXPECT_EQ(std::count(text.begin(), text.end(), ','), 2 * 999);
}

TEST(CsvWriter, WritesNonFiniteValues) {
  Tensor tensor({1, 2});
  tensor.data()[0] = std::numeric_limits<float>::quiet_NaN();
  tensor.data()[1] = -std::numeric_limits<float>::infinity();
  EXPECT_EQ(written(tensor, {"a", "b"}), "a,b\nnan,-inf\n");
}

TEST(CsvWriter, QuotesNamesIfNecessary) {
  EXPECT_EQ(written(Tensor({0, 2}), {"a,b", "say \"x\""}), "\"a,b\",\"say \"\"x\"\"\"\n");
}

TEST(CsvWriter, RejectsAWrongNumberOfColumns) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kUsage, {"z.csv", "3 values", "2 column names"}, [&] {
    write_csv(folder / "z.csv", Tensor({2, 3}), {"a", "b"});
  });
}

TEST(CsvWriter, WritesTextBeforeNumbers) {
  std::ostringstream out;
  write_csv(out, {"file", "class"}, {{"a,b.png", "cat"}, {"c.png", "the \"dog\""}},
            Tensor({2, 1}, std::vector<float>{1, 2}), {"z0"});
  EXPECT_EQ(out.str(), "file,class,z0\n\"a,b.png\",cat,1\nc.png,\"the \"\"dog\"\"\",2\n");
  expect_error(ErrorKind::kUsage, {"2 rows of numbers", "1 rows of text"}, [&] {
    write_csv(out, {"file"}, {{"a"}}, Tensor({2, 1}), {"z0"});
  });
}

}  // namespace
}  // namespace hourglass
