#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "hourglass/tensor.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

TEST(Shape, CountsElements) {
  EXPECT_EQ(num_elements({}), 1);
  EXPECT_EQ(num_elements({28, 28, 1}), 784);
  EXPECT_EQ(num_elements({5, 0}), 0);
}

TEST(Shape, IsAnImageWithOneOrThreeChannels) {
  EXPECT_TRUE(is_image({28, 28, 1}));
  EXPECT_TRUE(is_image({1, 5, 3}));
  for (const Shape& other : {Shape{784}, Shape{28, 28}, Shape{28, 28, 2}, Shape{}}) EXPECT_FALSE(is_image(other));
}

TEST(Shape, RejectsNegativeAndOverflowingSizes) {
  expect_error(ErrorKind::kUsage, {"2x-3", "negative"}, [] { num_elements({2, -3}); });
  expect_error(ErrorKind::kUsage, {"too many elements"}, [] { num_elements({INT64_MAX, 2}); });
  expect_error(ErrorKind::kUsage, {"negative"}, [] { Tensor({-1}); });
}

TEST(Shape, ConvertsToText) {
  EXPECT_EQ(to_string(Shape{28, 28, 1}), "28x28x1");
  EXPECT_EQ(to_string(Shape{7}), "7");
  EXPECT_EQ(to_string(Shape{}), "scalar");
}

TEST(Tensor, StartsAsAlignedZeros) {
  for (int64_t size : {1, 3, 100}) {
    const Tensor tensor({size, 2});
    EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.data()) % 64, 0u);
    EXPECT_TRUE(std::ranges::all_of(tensor.values(), [](float value) { return value == 0; }));
  }
}

TEST(Tensor, ReturnsRows) {
  Tensor tensor({3, 2, 2});
  tensor.data()[5] = 7;
  EXPECT_EQ(tensor.rows(), 3);
  EXPECT_EQ(tensor.row_size(), 4);
  EXPECT_EQ(tensor.row(1)[1], 7);
  EXPECT_EQ(Tensor().rows(), 0);
  EXPECT_EQ(Tensor({0, 4}).row_size(), 0);
}

}  // namespace
}  // namespace hourglass
