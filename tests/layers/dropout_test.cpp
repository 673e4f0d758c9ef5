#include "layers/dropout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/check_layer.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

std::vector<float> forward_ones(const Dropout& layer, const Pass& pass) {
  const size_t size = static_cast<size_t>(pass.rows * num_elements(layer.output_shape()));
  const std::vector<float> ones(size, 1);
  std::vector<float> y(size);
  layer.forward(pass, {}, ones.data(), y.data(), {});
  return y;
}

TEST(Dropout, IsCorrect) {
  EXPECT_TRUE(check_layer(Dropout({13}, 0.3f, 0), 13, 4, 3));
  EXPECT_TRUE(check_layer(Dropout({3, 2, 3}, 0, 0), 18, 4, 3));
}

TEST(Dropout, DropsTheGivenFractionAndKeepsTheMean) {
  const std::vector<float> y = forward_ones(Dropout({1000}, 0.2f, 0), {.rows = 100, .training = true});
  const auto dropped = std::ranges::count(y, 0.0f);
  EXPECT_EQ(dropped + std::ranges::count(y, 1.25f), 100'000);
  EXPECT_NEAR(static_cast<double>(dropped), 20'000, 4 * std::sqrt(100'000 * 0.2 * 0.8));
}

TEST(Dropout, IsIdentityInInference) {
  EXPECT_EQ(forward_ones(Dropout({100}, 0.5f, 0), {.rows = 3}), std::vector<float>(300, 1));
}

TEST(Dropout, MaskDependsOnStepAndLayerButNotOnTheSplitOfTheBatch) {
  const Dropout layer({100}, 0.5f, 0);
  const Pass pass = {.rows = 4, .training = true, .first_row = 0, .batch_rows = 4, .seed = 1, .step = 1};
  const std::vector<float> y = forward_ones(layer, pass);
  EXPECT_EQ(forward_ones(layer, pass), y);
  EXPECT_NE(forward_ones(Dropout({100}, 0.5f, 1), pass), y);
  Pass other = pass;
  other.step = 2;
  EXPECT_NE(forward_ones(layer, other), y);
  other = pass;
  other.rows = 3;
  other.first_row = 1;
  EXPECT_EQ(forward_ones(layer, other), std::vector<float>(y.begin() + 100, y.end()));
}

TEST(Dropout, RejectsInvalidRates) {
  for (const float rate : {-0.1f, 1.0f, 1.5f, NAN})
    expect_error(ErrorKind::kUsage, {"dropout", "rate"}, [rate] { Dropout({4}, rate, 0); });
}

}  // namespace
}  // namespace hourglass
