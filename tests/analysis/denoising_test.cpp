#include "hourglass/denoising.h"

#include "analysis/golden_numbers.h"
#include "support/expect_error.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

TEST(AddNoise, HasItsVarianceAndIsRepeatable) {
  Tensor clean({200, 100});
  for (float& value : clean.values()) value = 0.5f;
  const Tensor noisy = add_noise(clean, 0.25, kUnbounded, 3);
  double squared = 0;
  for (const float value : noisy.values()) squared += std::pow(static_cast<double>(value) - 0.5, 2);
  EXPECT_NEAR(squared / 20000, 0.25, 4 * 0.25 * std::sqrt(2.0 / 20000));
  EXPECT_TRUE(std::ranges::equal(noisy.values(), add_noise(clean, 0.25, kUnbounded, 3).values()));
  EXPECT_FALSE(std::ranges::equal(noisy.values(), add_noise(clean, 0.25, kUnbounded, 4).values()));
  EXPECT_FALSE(std::ranges::equal(noisy.values(), add_noise(clean, 0.25, kUnbounded, 3, 1).values()));
  const Tensor clipped = add_noise(clean, 0.25, {0.2, 0.9}, 3);
  for (size_t i = 0; i < 20000; ++i) EXPECT_EQ(clipped.values()[i], std::clamp(noisy.values()[i], 0.2f, 0.9f));
  EXPECT_TRUE(std::ranges::equal(add_noise(clean, 0, {}, 3).values(), clean.values()));
  expect_error(ErrorKind::kUsage, {"-0.1", "0 or above"}, [&] { add_noise(clean, -0.1, {}, 1); });
}

TEST(DenoisingMetrics, CompareInputAndOutputWithTheCleanSample) {
  const Autoencoder model(tiny_config({"identity"}, {"identity"}), {8});
  const Tensor samples = model.preprocess(tiny_dataset(40)).read();
  const std::vector<double> variances = {0, 0.1, 0.5};
  const auto levels = denoising_metrics(model, samples, variances);
  ASSERT_EQ(levels.size(), 3u);
  EXPECT_EQ(levels[0].input.mse, 0);
  for (const DenoisingMetrics& level : levels) EXPECT_EQ(level.output.mse, level.input.mse) << "an identity model";
  EXPECT_LT(levels[2].input.psnr_mean, levels[1].input.psnr_mean);
  expect_error(ErrorKind::kUsage, {"-1"}, [&] { denoising_metrics(model, samples, std::vector<double>{-1.0}); });
}

TEST(DenoisingMetrics, ClipNoiseToTheRangeOfTheDataAndUseItAsPeak) {
  Config config = tiny_config({"identity"}, {"identity"});
  config.data.preprocess = {"scale -1 1"};
  const Dataset train = tiny_dataset(40);
  const Autoencoder model(config, train);
  EXPECT_EQ(noise_bounds(model).low, -1);
  const Tensor samples = model.preprocess(train).read();
  const auto levels = denoising_metrics(model, samples, std::vector<double>{0.5});
  const Tensor noisy = add_noise(samples, 0.5, {-1, 1}, 1);
  double squared = 0;
  for (int64_t i = 0; i < noisy.size(); ++i)
    squared += std::pow(static_cast<double>(noisy.data()[i] - samples.data()[i]), 2);
  const double mse = squared / static_cast<double>(noisy.size());
  EXPECT_NEAR(levels[0].input.mse, mse, 1e-6);
  EXPECT_NEAR(levels[0].input.psnr_pooled, 10 * std::log10(4 / mse), 1e-4);
  config.corruption.clamp = false;
  EXPECT_EQ(noise_bounds(Autoencoder(config, train)).low, kUnbounded.low);
}

}  // namespace
}  // namespace hourglass
