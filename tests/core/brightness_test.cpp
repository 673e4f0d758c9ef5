#include "core/brightness.h"

#include <gtest/gtest.h>

#include <vector>

namespace hourglass {
namespace {

std::vector<float> brightness(std::vector<float> values, const ValueRange& range) {
  to_brightness(values, range);
  return values;
}

TEST(Brightness, MapsTheRangeToBlackAndWhite) {
  EXPECT_EQ(brightness({-3, -1, 5, 9}, {-3, 5}), (std::vector<float>{0, 0.25f, 1, 1.5f}));
}

TEST(Brightness, KeepsValuesOfARangeWithinZeroAndOne) {
  EXPECT_EQ(brightness({0.2f, 0.4f, 1.5f}, {0.2, 0.4}), (std::vector<float>{0.2f, 0.4f, 1.5f}));
}

TEST(Brightness, MapsConstantValuesToGray) { EXPECT_EQ(brightness({7, 7}, {7, 7}), (std::vector<float>{0.5f, 0.5f})); }

}  // namespace
}  // namespace hourglass
