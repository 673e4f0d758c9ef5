#include "model/corruption.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>

#include "hourglass/mask.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

constexpr int64_t kRows = 200;
const Shape kImage = {4, 6, 1};

Tensor corrupted(const CorruptionConfig& config, const ValueRange& scale = {}, uint64_t step = 3, int64_t first = 0) {
  Tensor clean({kRows, num_elements(kImage)}), noisy(clean.shape());
  for (float& value : clean.values()) value = 0.5f;
  Corruption(config, kImage, scale).apply(7, step, first, kRows, clean.data(), noisy.data());
  return noisy;
}

// Returns the region that is 0 in this row, "nothing" if no value is hidden, or "" if no region matches.
std::string hidden_in(std::span<const float> row) {
  if (std::ranges::count(row, 0.5f) == static_cast<long>(row.size())) return "nothing";
  for (int i = 0; i < kNumMasks; ++i) {
    const Tensor mask = make_mask(static_cast<Mask>(i), 1, kImage);
    if (std::ranges::equal(row, mask.values(), {}, {}, [](float hidden) { return hidden > 0 ? 0.0f : 0.5f; }))
      return name(static_cast<Mask>(i));
  }
  return "";
}

TEST(Corruption, HidesOneOfTheNamedRegionsOfEachSample) {
  CorruptionConfig config;
  config.hide = {"right", "top", "center", "nothing"};
  const Tensor noisy = corrupted(config);
  std::map<std::string, int> counts;
  for (int64_t i = 0; i < kRows; ++i) ++counts[hidden_in(noisy.row(i))];
  ASSERT_EQ(counts.size(), 4u);
  for (const std::string& region : config.hide) EXPECT_NEAR(counts[region], kRows / 4, 25) << region;
}

TEST(Corruption, AlwaysHidesASingleNamedRegion) {
  CorruptionConfig config;
  config.hide = {"right"};
  const Tensor noisy = corrupted(config);
  for (int64_t i = 0; i < kRows; ++i) EXPECT_EQ(hidden_in(noisy.row(i)), "right");
}

TEST(Corruption, DependsOnlyOnStepAndPositionInTheBatch) {
  CorruptionConfig config;
  config.hide = {"right", "left", "nothing"};
  config.gaussian_variance = 0.1;
  config.salt_and_pepper = 0.1;
  const Tensor whole = corrupted(config), again = corrupted(config), later = corrupted(config, {}, 4),
               from_50 = corrupted(config, {}, 3, 50);
  EXPECT_TRUE(std::ranges::equal(whole.values(), again.values()));
  EXPECT_FALSE(std::ranges::equal(whole.values(), later.values()));
  for (int64_t i = 50; i < kRows; ++i) EXPECT_TRUE(std::ranges::equal(whole.row(i), from_50.row(i - 50))) << i;
}

TEST(Corruption, StaysInTheRangeOfTheDataUnlessClampIsOff) {
  const auto extremes = [](const CorruptionConfig& config) {
    const auto [low, high] = std::ranges::minmax(corrupted(config, {-1, 3}).values());
    return std::pair(low, high);
  };
  CorruptionConfig config;
  config.gaussian_variance = 4;
  EXPECT_EQ(extremes(config), std::pair(-1.0f, 3.0f));
  config.clamp = false;
  EXPECT_LT(extremes(config).first, -3);
  EXPECT_GT(extremes(config).second, 5);
  CorruptionConfig salt;
  salt.salt_and_pepper = 0.5;
  EXPECT_EQ(extremes(salt), std::pair(-1.0f, 3.0f));
}

TEST(Corruption, RejectsHidingHalfOfAFlatSample) {
  CorruptionConfig config;
  config.hide = {"left"};
  expect_error(ErrorKind::kUsage, {"corruption.hide", "left", "row of 30 values", "corruption.mask"},
               [&] { Corruption(config, {30}, {}); });
}

}  // namespace
}  // namespace hourglass
