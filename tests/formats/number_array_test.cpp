#include "formats/number_array.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>

#include "core/random.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

template <typename T>
NumberArray random_array(const Shape& shape, NumberType type) {
  auto [array, bytes] = allocate_numbers(shape, type);
  RandomStream random(1, RandomPurpose::kSyntheticDigits, 0);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
  return array;
}

/// Compares the result of permuted() with the definition, element by element.
template <typename T>
void expect_permuted(const NumberArray& array, const std::vector<size_t>& axes) {
  const NumberArray result = permuted(array, axes);
  ASSERT_EQ(result.shape.size(), axes.size());
  const size_t rank = axes.size();
  for (size_t i = 0; i < rank; ++i) ASSERT_EQ(result.shape[i], array.shape[axes[i]]);
  std::vector<int64_t> index(rank, 0);
  for (size_t position = 0; position < result.values<T>().size(); ++position) {
    size_t rest = position;
    for (size_t i = rank; i-- > 0; rest /= static_cast<size_t>(result.shape[i]))
      index[axes[i]] = static_cast<int64_t>(rest % static_cast<size_t>(result.shape[i]));
    int64_t source = 0;
    for (size_t i = 0; i < rank; ++i) source = source * array.shape[i] + index[i];
    ASSERT_EQ(result.values<T>()[position], array.values<T>()[static_cast<size_t>(source)]) << position;
  }
}

TEST(NumberArray, PermutedMatchesTheDefinition) {
  const NumberArray bytes = random_array<uint8_t>({3, 40, 5, 33}, NumberType::kUint8);
  std::vector<size_t> axes{0, 1, 2, 3};
  do {
    expect_permuted<uint8_t>(bytes, axes);
  } while (std::ranges::next_permutation(axes).found);
  expect_permuted<uint16_t>(random_array<uint16_t>({70, 33}, NumberType::kUint16), {1, 0});
  expect_permuted<uint32_t>(random_array<uint32_t>({2, 3, 4}, NumberType::kUint32), {2, 0, 1});
  expect_permuted<uint64_t>(random_array<uint64_t>({33, 1, 40}, NumberType::kUint64), {2, 1, 0});
  expect_permuted<uint8_t>(random_array<uint8_t>({7}, NumberType::kUint8), {0});
}

TEST(NumberArray, PermutesAnEmptyArray) {
  const NumberArray empty = random_array<float>({3, 0, 2}, NumberType::kFloat32);
  EXPECT_EQ(with_dimensions_reversed(empty).shape, (Shape{2, 0, 3}));
}

TEST(NumberArray, ProductWithinRespectsTheLimit) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(product_within({}, 10), 1);
  EXPECT_EQ(product_within({2, 5}, 10), 10);
  EXPECT_EQ(product_within({2, 5}, 9), -1);
  EXPECT_EQ(product_within({kMax, kMax, kMax}, kMax), -1);
  EXPECT_EQ(product_within({kMax, kMax, 0}, 0), 0);
  EXPECT_EQ(product_within({-1, 2}, 10), -1);
}

}  // namespace
}  // namespace hourglass
