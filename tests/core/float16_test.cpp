#include "core/float16.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace hourglass {
namespace {

// Known values of binary16, IEEE 754-2019.
TEST(Float16, MatchesTheStandard) {
  const std::pair<float, uint16_t> known[] = {
      {0.0f, 0x0000},     {-0.0f, 0x8000},     {1.0f, 0x3c00},     {-2.0f, 0xc000},        {0.5f, 0x3800},
      {65504.0f, 0x7bff}, {0x1p-14f, 0x0400},  {0x1p-24f, 0x0001}, {0x1.ff8p-15f, 0x03ff}, {1.0f / 3, 0x3555},
      {INFINITY, 0x7c00}, {-INFINITY, 0xfc00}, {65520.0f, 0x7c00}, {1e-9f, 0x0000}};
  for (const auto& [value, bits] : known) EXPECT_EQ(to_float16(value), bits) << value;
}

TEST(Float16, ReadsBackEveryNumber) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = from_float16(static_cast<uint16_t>(bits));
    if (std::isnan(value))
      EXPECT_TRUE(std::isnan(from_float16(to_float16(value))));
    else
      ASSERT_EQ(to_float16(value), bits) << value;
  }
}

TEST(Float16, RoundsToTheNearestAndTiesToEven) {
  EXPECT_EQ(to_float16(1 + 0x1p-11f), 0x3c00);
  EXPECT_EQ(to_float16(1 + 0x3p-11f), 0x3c02);
  EXPECT_EQ(to_float16(std::nextafter(1 + 0x1p-11f, 2.0f)), 0x3c01);
  EXPECT_EQ(to_float16(2 - 0x1p-12f), 0x4000) << "carries into the exponent";
}

}  // namespace
}  // namespace hourglass
