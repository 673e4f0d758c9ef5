#include "core/team.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace hourglass {
namespace {

TEST(Team, SubnormalNumbersAreZeroForWorkersOnly) {
  volatile float smallest = std::numeric_limits<float>::min();
  const auto halve = [&] { return smallest * 0.5f; };
  ASSERT_GT(halve(), 0.0f);
  std::array<float, 2> of_worker = {1, 1};
  run_team(2, [&](int worker) { of_worker[static_cast<size_t>(worker)] = halve(); });
  EXPECT_EQ(of_worker[0], 0.0f);
  EXPECT_EQ(of_worker[1], 0.0f);
  EXPECT_GT(halve(), 0.0f) << "the setting of the caller is restored";
}

}  // namespace
}  // namespace hourglass
