#include "layers/upsample2d.h"

#include <gtest/gtest.h>

#include "support/check_layer.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

TEST(Upsample2d, IsCorrect) {
  EXPECT_TRUE(check_layer(Upsample2d({3, 2, 3}, 2), 18, 2, 3));
  EXPECT_TRUE(check_layer(Upsample2d({2, 3, 1}, 3), 6, 2, 3));
}

TEST(Upsample2d, UpsamplesBothSides) { EXPECT_EQ(Upsample2d({7, 5, 4}, 2).output_shape(), (Shape{14, 10, 4})); }

TEST(Upsample2d, RejectsInvalidShapes) {
  expect_error(ErrorKind::kUsage, {"upsample2d", "49", "reshape"}, [] { Upsample2d({49}, 2); });
  expect_error(ErrorKind::kUsage, {"upsample2d", "factor 0"}, [] { Upsample2d({7, 7, 1}, 0); });
}

}  // namespace
}  // namespace hourglass
