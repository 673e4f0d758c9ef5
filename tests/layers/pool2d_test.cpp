#include "layers/pool2d.h"

#include <gtest/gtest.h>

#include "support/check_layer.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

TEST(MaxPool2d, IsCorrectForTilesGapsAndOverlaps) {
  EXPECT_TRUE(check_layer(MaxPool2d({4, 6, 3}, 2, 2), 72, 2, 3));
  EXPECT_TRUE(check_layer(MaxPool2d({5, 7, 2}, 2, 3), 70, 2, 3));
  EXPECT_TRUE(check_layer(MaxPool2d({5, 4, 1}, 3, 1), 20, 2, 3));
}

TEST(AvgPool2d, IsCorrectForTilesGapsAndOverlaps) {
  EXPECT_TRUE(check_layer(AvgPool2d({4, 6, 3}, 2, 2), 72, 2, 3));
  EXPECT_TRUE(check_layer(AvgPool2d({5, 7, 2}, 2, 3), 70, 2, 3));
  EXPECT_TRUE(check_layer(AvgPool2d({5, 4, 1}, 3, 1), 20, 2, 3));
}

TEST(Pool2d, IgnoresIncompleteWindows) {
  EXPECT_EQ(MaxPool2d({7, 8, 5}, 2, 2).output_shape(), (Shape{3, 4, 5}));
  EXPECT_EQ(AvgPool2d({7, 8, 5}, 3, 2).output_shape(), (Shape{3, 3, 5}));
}

TEST(Pool2d, RejectsInvalidShapes) {
  expect_error(ErrorKind::kUsage, {"max_pool2d", "784", "reshape"}, [] { MaxPool2d({784}, 2, 2); });
  expect_error(ErrorKind::kUsage, {"avg_pool2d", "784", "reshape"}, [] { AvgPool2d({784}, 2, 2); });
  expect_error(ErrorKind::kUsage, {"max_pool2d", "4", "8x3x1"}, [] { MaxPool2d({8, 3, 1}, 4, 2); });
  expect_error(ErrorKind::kUsage, {"avg_pool2d", "4", "3x8x1"}, [] { AvgPool2d({3, 8, 1}, 4, 2); });
  expect_error(ErrorKind::kUsage, {"kernel 0"}, [] { MaxPool2d({8, 8, 1}, 0, 2); });
  expect_error(ErrorKind::kUsage, {"stride -1"}, [] { AvgPool2d({8, 8, 1}, 2, -1); });
}

}  // namespace
}  // namespace hourglass
