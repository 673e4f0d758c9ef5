#include "core/arena.h"

#include <gtest/gtest.h>

#include "hourglass/error.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

TEST(Arena, BuffersAreZeroAlignedAndDisjoint) {
  Arena arena;
  const size_t first = arena.reserve(3), second = arena.reserve(40);
  arena.commit();
  for (const size_t handle : {first, second}) EXPECT_EQ(reinterpret_cast<uintptr_t>(arena.at(handle)) % 64, 0u);
  EXPECT_GE(arena.at(second) - arena.at(first), 3);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(arena.at(second)[i], 0.0f);
}

TEST(Arena, RejectsMoreMemoryThanTheMachineHas) {
  Arena arena;
  arena.reserve(int64_t{1} << 46);
  expect_error(ErrorKind::kUsage, {"262144.0 GiB", "this machine has", "smaller"}, [&] { arena.commit(); });
}

TEST(Arena, RejectsMoreMemoryThanCanBeAddressed) {
  Arena arena;
  expect_error(ErrorKind::kUsage, {"more memory than can be addressed"}, [&] { arena.reserve(int64_t{1} << 62); });
  // The product wraps to a small number.
  expect_error(ErrorKind::kUsage, {"more memory than can be addressed"},
               [&] { arena.reserve(int64_t{1} << 32, (int64_t{1} << 32) + 1); });
}

}  // namespace
}  // namespace hourglass
