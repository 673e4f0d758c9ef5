#include "hourglass/latent_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/expect_error.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

// Four samples of three units: one varies, one is dead, one is constant.
Tensor latents() {
  Tensor tensor({4, 3});
  std::ranges::copy(std::vector<float>{1, 0, 0.5f, 0, 0, 0.5f, -2, 0, 0.5f, 3, 0, 0.5f}, tensor.data());
  return tensor;
}

TEST(LatentStatistics, AreComputedPerUnit) {
  const LatentStatistics statistics = latent_statistics(latents());
  EXPECT_EQ(statistics.num_samples, 4);
  EXPECT_EQ(statistics.num_units(), 3);
  EXPECT_NEAR(statistics.mean[0], 0.5, 1e-12);
  EXPECT_NEAR(statistics.variance[0], (0.25 + 0.25 + 6.25 + 6.25) / 4, 1e-12);
  EXPECT_EQ(statistics.mean[1], 0);
  EXPECT_EQ(statistics.variance[1], 0);
  EXPECT_EQ(statistics.mean[2], 0.5);
  EXPECT_EQ(statistics.variance[2], 0);
}

TEST(LatentStatistics, CountActiveAndDeadUnitsAndSparsity) {
  const LatentStatistics statistics = latent_statistics(latents());
  EXPECT_EQ(statistics.active_units(), 1);
  EXPECT_EQ(statistics.dead_units(), 1);
  EXPECT_NEAR(statistics.l0(), 0.75 + 0 + 1, 1e-12);
  EXPECT_NEAR(statistics.l1(), (1 + 0 + 2 + 3) / 4.0 + 0.5, 1e-12);
  EXPECT_NEAR(statistics.mean_activation(), (0.5 + 0 + 0.5) / 3, 1e-12);
}

TEST(LatentStatistics, UnitIsActiveAboveAVarianceOfAHundredth) {
  for (const auto& [deviation, active] : {std::pair{0.099f, 0}, {0.101f, 1}}) {
    Tensor tensor({2, 1});
    tensor.data()[0] = 5 + deviation;
    tensor.data()[1] = 5 - deviation;
    EXPECT_EQ(latent_statistics(tensor).active_units(), active) << deviation;
  }
}

TEST(LatentStatistics, OfAModelEqualThoseOfItsLatents) {
  const Autoencoder model(tiny_config({"linear 6", "tanh", "linear 5", "relu"}), {8});
  const Dataset data = tiny_dataset(2500);
  const LatentStatistics whole = latent_statistics(model.encode(data)), blocks = latent_statistics(model, data);
  EXPECT_EQ(blocks.num_samples, 2500);
  EXPECT_EQ(whole.mean, blocks.mean);
  EXPECT_EQ(whole.variance, blocks.variance);
  EXPECT_EQ(whole.l0(), blocks.l0());
  EXPECT_GT(blocks.l0(), 0);
  EXPECT_LT(blocks.l0(), 5);
}

TEST(LatentStatistics, CollapseIsATenthOfTheUnitsOrLess) {
  LatentStatistics statistics;
  statistics.variance.assign(20, 0.001);
  statistics.mean.assign(20, 0);
  EXPECT_TRUE(posterior_collapsed(statistics));
  statistics.variance[0] = statistics.variance[1] = 1;
  EXPECT_TRUE(posterior_collapsed(statistics));
  statistics.variance[2] = 1;
  EXPECT_FALSE(posterior_collapsed(statistics));
}

TEST(LatentStatistics, RejectNoLatentsAndInvalidLatents) {
  expect_error(ErrorKind::kUsage, {"no latents"}, [] { latent_statistics(Tensor({0, 3})); });
  Tensor broken = latents();
  broken.data()[7] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorKind::kUsage, {"Unit 1 of latent 2", "not finite"}, [&] { latent_statistics(broken); });
}

}  // namespace
}  // namespace hourglass
