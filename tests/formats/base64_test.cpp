#include "formats/base64.h"

#include <gtest/gtest.h>

namespace hourglass {
namespace {

// RFC 4648, section 10.
TEST(Base64, MatchesTheStandard) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(to_base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, EncodesAllBytes) {
  const std::vector<uint8_t> bytes = {0, 255, 254, 251, 240, 128};
  EXPECT_EQ(to_base64(bytes), "AP/++/CA");
}

}  // namespace
}  // namespace hourglass
