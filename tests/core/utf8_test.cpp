#include "core/utf8.h"

#include <gtest/gtest.h>

#include <random>

namespace hourglass {
namespace {

TEST(Utf8, EscapesOnlyBytesThatAreNotUtf8) {
  EXPECT_EQ(escape_bytes("caf\xE9"), "caf\\xE9");
  EXPECT_EQ(escape_bytes("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"), "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
  EXPECT_EQ(escape_bytes("\xC0\xAF"), "\\xC0\\xAF") << "overlong";
  EXPECT_EQ(escape_bytes("\xED\xB3\xA9"), "\\xED\\xB3\\xA9") << "a surrogate";
  EXPECT_EQ(escape_bytes("\xF4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80") << "above U+10FFFF";
  EXPECT_EQ(escape_bytes("\xE2\x82"), "\\xE2\\x82") << "cut off";
}

TEST(Utf8, EscapesABackslashOnlyIfItWouldBeginAnEscape) {
  EXPECT_EQ(escape_bytes("\\xE9"), "\\x5CxE9");
  EXPECT_EQ(escape_bytes("C:\\xyz\\x41\\"), "C:\\xyz\\x41\\");
}

TEST(Utf8, RestoresAllBytes) {
  const std::string pieces = "\\\\\\xxx5CEe98Aa\xE9\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xED\xB3";
  std::mt19937 random(1);
  std::uniform_int_distribution<size_t> piece(0, pieces.size() - 1);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes;
    for (int k = 0; k < 12; ++k) bytes += pieces[piece(random)];
    const std::string text = escape_bytes(bytes);
    ASSERT_EQ(restore_bytes(text), bytes) << text;
    ASSERT_EQ(text.find('\xFF'), std::string::npos);
    // The result is UTF-8: only a backslash is escaped in it.
    const std::string again = escape_bytes(text);
    ASSERT_EQ(restore_bytes(again), text);
    for (size_t at = again.find("\\x"); at != std::string::npos; at = again.find("\\x", at + 1))
      ASSERT_TRUE(again.substr(at, 4) == "\\x5C" || restore_bytes(again.substr(at, 4)) == again.substr(at, 4)) << again;
  }
}

TEST(Utf8, NamesCodePoints) {
  EXPECT_EQ(code_points("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), (std::vector<uint32_t>{'a', 0xE9, 0x20AC, 0x1F600}));
  EXPECT_EQ(code_points("\xE9"), (std::vector<uint32_t>{'\\', 'x', 'E', '9'}));
}

}  // namespace
}  // namespace hourglass
