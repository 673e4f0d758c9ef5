#include "hourglass/mask.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "support/expect_error.h"

namespace hourglass {
namespace {

std::vector<float> mask_of(Mask mask, const Shape& shape) {
  const Tensor result = make_mask(mask, 1, shape);
  return {result.values().begin(), result.values().end()};
}

TEST(Masks, HideTheNamedRegion) {
  const Shape shape = {2, 4, 1};
  EXPECT_EQ(mask_of(Mask::kRight, shape), (std::vector<float>{0, 0, 1, 1, 0, 0, 1, 1}));
  EXPECT_EQ(mask_of(Mask::kLeft, shape), (std::vector<float>{1, 1, 0, 0, 1, 1, 0, 0}));
  EXPECT_EQ(mask_of(Mask::kTop, shape), (std::vector<float>{1, 1, 1, 1, 0, 0, 0, 0}));
  EXPECT_EQ(mask_of(Mask::kBottom, shape), (std::vector<float>{0, 0, 0, 0, 1, 1, 1, 1}));
  EXPECT_EQ(mask_of(Mask::kCenter, {4, 4, 1}), (std::vector<float>{0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0}));
}

TEST(Masks, RightHidesADigitFromColumn14) {
  const Tensor mask = make_mask(Mask::kRight, 3, {28, 28, 1});
  for (int64_t i = 0; i < mask.size(); ++i) EXPECT_EQ(mask.data()[i], i % 28 >= 14 ? 1 : 0);
}

TEST(Masks, HideAllChannelsOfAPixel) {
  EXPECT_EQ(mask_of(Mask::kRight, {1, 2, 3}), (std::vector<float>{0, 0, 0, 1, 1, 1}));
  const Tensor random = make_mask(Mask::kRandom, 1, {5, 5, 3});
  for (int64_t i = 0; i < 25; ++i) {
    EXPECT_EQ(random.data()[3 * i], random.data()[3 * i + 1]);
    EXPECT_EQ(random.data()[3 * i], random.data()[3 * i + 2]);
  }
}

TEST(Masks, TreatFlatSamplesAsOneRow) { EXPECT_EQ(mask_of(Mask::kRight, {5}), (std::vector<float>{0, 0, 1, 1, 1})); }

TEST(Masks, RandomHidesTheFractionAndDependsOnSeedAndSample) {
  const auto hidden_fraction = [](const Tensor& mask) {
    return std::accumulate(mask.data(), mask.data() + mask.size(), 0.0) / static_cast<double>(mask.size());
  };
  const Tensor mask = make_mask(Mask::kRandom, 100, {20, 20, 1}, 0.3, 5);
  EXPECT_NEAR(hidden_fraction(mask), 0.3, 4 * std::sqrt(0.21 / 40000));
  const Tensor fewer = make_mask(Mask::kRandom, 7, {20, 20, 1}, 0.3, 5);
  EXPECT_TRUE(std::ranges::equal(mask.row(6), fewer.row(6)));
  EXPECT_FALSE(std::ranges::equal(mask.row(5), mask.row(6)));
  EXPECT_FALSE(std::ranges::equal(mask.row(6), make_mask(Mask::kRandom, 7, {20, 20, 1}, 0.3, 6).row(6)));
  EXPECT_EQ(hidden_fraction(make_mask(Mask::kRandom, 2, {9}, 0)), 0);
  EXPECT_EQ(hidden_fraction(make_mask(Mask::kRandom, 2, {9}, 1)), 1);
  expect_error(ErrorKind::kUsage, {"1.5", "0 to 1"}, [] { make_mask(Mask::kRandom, 1, {4}, 1.5); });
}

}  // namespace
}  // namespace hourglass
