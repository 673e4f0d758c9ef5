#include "data/sample_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/expect_error.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

template <typename Number>
NumberArray array_of(const std::vector<Number>& numbers, NumberType type) {
  auto [array, bytes] = allocate_numbers({static_cast<int64_t>(numbers.size())}, type);
  std::ranges::copy(std::as_bytes(std::span(numbers)), bytes.begin());
  return array;
}

/// Samples of two values with the numbers of the first one given, and 0 as the second.
SparseMatrix column_of(const std::vector<double>& numbers) {
  SparseMatrix matrix{static_cast<int64_t>(numbers.size()), 2, false, {}, std::vector<uint32_t>(numbers.size()), {}};
  for (size_t i = 0; i <= numbers.size(); ++i) matrix.starts.push_back(static_cast<int64_t>(i));
  matrix.values = array_of(numbers, NumberType::kFloat64);
  return matrix;
}

TEST(SparseValues, NoteThatFloat32IsTooCoarseForAColumn) {
  const auto notes = [](const std::vector<double>& numbers) {
    return sparse_values(column_of(numbers), {}, {"x", {}}).notes;
  };
  EXPECT_THAT(notes({1.7e9 + 0.5, 1.7e9 + 20.25, 1.7e9 + 44}), testing::ElementsAre(testing::HasSubstr("1 of the 2")));
  EXPECT_THAT(notes({16777217, 5, 3}), testing::SizeIs(1)) << "an integer above 2^24";
  EXPECT_THAT(notes({0.1, 5, 3}), testing::IsEmpty());
}

TEST(SparseValues, RejectASumThatFloat32CannotHold) {
  SparseMatrix matrix = column_of({3e38, 3e38});
  matrix.num_rows = 1;
  matrix.starts = {0, 2};
  expect_error(ErrorKind::kData, {"'x'", "column 0", "outside the range"}, [&] {
    sparse_values(matrix, {}, {"x", {}});
  });
}

TEST(SparseValues, ErrorLocatesAMissingValue) {
  expect_error(ErrorKind::kData, {"'x' has 1 missing", "sample 1", "value 0"}, [] {
    sparse_values(column_of({1, std::numeric_limits<double>::quiet_NaN()}), {}, {"x", {}});
  });
}

}  // namespace
}  // namespace hourglass
