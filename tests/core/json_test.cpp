#include "core/json.h"

#include <gtest/gtest.h>

namespace hourglass {
namespace {

TEST(Json, TextsAndKeysKeepBytesThatAreNotUtf8) {
  const Json json = {{"all of caf\xE9", {"\xE9t\xE9", "d\xC3\xA9p", "\\xE9"}}, {"b", {{"\xFF", 1}}}};
  const std::string text = json_text(json, false);
  EXPECT_EQ(text, R"({"all of caf\\xE9":["\\xE9t\\xE9","d)"
                  "\xC3\xA9"
                  R"(p","\\x5CxE9"],"b":{"\\xFF":1}})");
  EXPECT_EQ(parse_json(text), json);
}

}  // namespace
}  // namespace hourglass
