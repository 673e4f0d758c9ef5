#include "core/caught_exception.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace hourglass {
namespace {

TEST(CaughtException, GoesPastTheLibraryAndEndsIt) {
  CaughtException caught;
  EXPECT_EQ(caught.guard(-1, [] { return 7; }), 7);
  EXPECT_NO_THROW(caught.rethrow());
  EXPECT_FALSE(caught);
  EXPECT_EQ(caught.guard(-1, []() -> int { throw std::out_of_range("first"); }), -1);
  EXPECT_TRUE(caught);
  bool called = false;
  EXPECT_EQ(caught.guard(-1, [&] { return called = true, 7; }), -1) << "a library can call again before it ends";
  EXPECT_FALSE(called);
  EXPECT_THROW(caught.rethrow(), std::out_of_range);
}

}  // namespace
}  // namespace hourglass
