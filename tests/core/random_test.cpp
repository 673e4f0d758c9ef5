#include "core/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace hourglass {
namespace {

using Block = std::array<uint32_t, 4>;

/// Known answers of Random123 (kat_vectors, philox4x32 10).
TEST(Philox, MatchesTheKnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, DependsOnlyOnSeedPurposeAndIndex) {
  const auto first = [](uint64_t seed, RandomPurpose purpose, uint64_t index) {
    return RandomStream(seed, purpose, index).bits();
  };
  EXPECT_EQ(first(1, RandomPurpose::kShuffle, 2), first(1, RandomPurpose::kShuffle, 2));
  const std::set<uint32_t> different = {
      first(1, RandomPurpose::kShuffle, 2),          first(2, RandomPurpose::kShuffle, 2),
      first(1ull << 32, RandomPurpose::kShuffle, 2), first(1, RandomPurpose::kInitialWeights, 2),
      first(1, RandomPurpose::kShuffle, 3),          first(1, RandomPurpose::kShuffle, 1ull << 32)};
  EXPECT_EQ(different.size(), 6u);
}

TEST(RandomStream, ReturnsPhiloxBlocksInOrder) {
  RandomStream stream(7, RandomPurpose::kShuffle, 9);
  for (uint32_t block = 0; block < 3; ++block)
    for (uint32_t expected : philox({block, static_cast<uint32_t>(RandomPurpose::kShuffle), 9, 0}, {7, 0}))
      EXPECT_EQ(stream.bits(), expected);
}

TEST(RandomStream, UniformCoversItsRangeEvenly) {
  RandomStream stream(1, RandomPurpose::kShuffle, 0);
  constexpr int kDraws = 40000;
  double sum = 0, sum_of_squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const float value = stream.uniform(-1, 3);
    ASSERT_GE(value, -1);
    ASSERT_LT(value, 3);
    sum += value;
    sum_of_squares += value * value;
  }
  EXPECT_NEAR(sum / kDraws, 1, 0.03);
  EXPECT_NEAR(sum_of_squares / kDraws - 1, 16.0 / 12, 0.03);
}

TEST(RandomStream, NormalHasTheMomentsOfAStandardNormal) {
  RandomStream stream(1, RandomPurpose::kShuffle, 1);
  constexpr int kDraws = 40000;
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = stream.normal();
    ASSERT_TRUE(std::isfinite(x));
    m1 += x / kDraws;
    m2 += x * x / kDraws;
    m3 += x * x * x / kDraws;
    m4 += x * x * x * x / kDraws;
  }
  EXPECT_NEAR(m1, 0, 0.02);
  EXPECT_NEAR(m2, 1, 0.03);
  EXPECT_NEAR(m3, 0, 0.06);
  EXPECT_NEAR(m4, 3, 0.2);
}

TEST(RandomStream, BelowReturnsAllValuesEquallyOften) {
  RandomStream stream(1, RandomPurpose::kShuffle, 2);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts.at(stream.below(7));
  for (int count : counts) EXPECT_NEAR(count, 10000, 400);
  EXPECT_EQ(stream.below(1), 0u);
}

TEST(RandomStream, BelowHasNoBiasForLargeRanges) {
  // Without rejection, a range of two thirds of 2^32 would give the lower half of the range 1.5 times as often.
  RandomStream stream(1, RandomPurpose::kShuffle, 3);
  const uint64_t range = (uint64_t{1} << 32) / 3 * 2;
  int num_low = 0;
  for (int i = 0; i < 30000; ++i) num_low += stream.below(range) % 2 == 0;
  EXPECT_NEAR(num_low, 15000, 400);
}

}  // namespace
}  // namespace hourglass
