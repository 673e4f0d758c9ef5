#include "layers/reshape.h"

#include <gtest/gtest.h>

#include "support/check_layer.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

TEST(Reshape, IsCorrect) {
  EXPECT_TRUE(check_layer(Reshape({18}, {3, 2, 3}), 18, 3, 1));
  EXPECT_TRUE(check_layer(Reshape({3, 2, 3}, {18}), 18, 3, 1));
}

TEST(Reshape, KeepsTheNumberOfValues) {
  EXPECT_EQ(Reshape({98}, {7, 7, 2}).output_shape(), (Shape{7, 7, 2}));
  expect_error(ErrorKind::kUsage, {"7x7x2", "98", "97"}, [] { Reshape({97}, {7, 7, 2}); });
}

}  // namespace
}  // namespace hourglass
