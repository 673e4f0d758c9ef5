#include "hourglass/denoising.h"

#include "analysis/golden_numbers.h"
#include "support/expect_error.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

TEST(AddNoise, HasItsVarianceAndIsRepeatable) {
  Tensor clean({200, 100});
  for (float& value : clean.values()) value = 0.5f;
  const Tensor noisy = add_noise(clean, 0.25, false, 3);
  double squared = 0;
  for (const float value : noisy.values()) squared += std::pow(static_cast<double>(value) - 0.5, 2);
  EXPECT_NEAR(squared / 20000, 0.25, 4 * 0.25 * std::sqrt(2.0 / 20000));
  EXPECT_TRUE(std::ranges::equal(noisy.values(), add_noise(clean, 0.25, false, 3).values()));
  EXPECT_FALSE(std::ranges::equal(noisy.values(), add_noise(clean, 0.25, false, 4).values()));
  EXPECT_FALSE(std::ranges::equal(noisy.values(), add_noise(clean, 0.25, false, 3, 1).values()));
  const Tensor cut = add_noise(clean, 0.25, true, 3);
  for (size_t i = 0; i < 20000; ++i) EXPECT_EQ(cut.values()[i], std::clamp(noisy.values()[i], 0.0f, 1.0f));
  EXPECT_TRUE(std::ranges::equal(add_noise(clean, 0, true, 3).values(), clean.values()));
  expect_error(ErrorKind::kUsage, {"-0.1", "0 or above"}, [&] { add_noise(clean, -0.1, true, 1); });
}

TEST(DenoisingMetrics, CompareInputAndOutputWithTheCleanImage) {
  const Autoencoder model(tiny_config({"identity"}, {"identity"}), {8});
  const Tensor samples = model.prepare(tiny_dataset(40)).read();
  const std::vector<double> variances = {0, 0.1, 0.5};
  const auto levels = denoising_metrics(model, samples, variances);
  ASSERT_EQ(levels.size(), 3u);
  EXPECT_EQ(levels[0].input.mse, 0);
  for (const DenoisingMetrics& level : levels) EXPECT_EQ(level.output.mse, level.input.mse) << "a model that copies";
  EXPECT_LT(levels[2].input.psnr_mean, levels[1].input.psnr_mean);
  expect_error(ErrorKind::kUsage, {"-1"}, [&] { denoising_metrics(model, samples, std::vector<double>{-1.0}); });
}

}  // namespace
}  // namespace hourglass
