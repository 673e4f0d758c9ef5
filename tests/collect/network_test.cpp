// The networks of a page, and the latents that they replace.

#include "model/network.h"

#include <gtest/gtest.h>

#include <cmath>

#include "collect/collect.h"
#include "collect/latent_precision.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

/// Numbers around 0 whose range is that of one outlier, so that most of them have the same byte in a picture.
Dataset numbers_with_an_outlier(int64_t count) {
  RandomStream random(5, RandomPurpose::kInitialWeights, 0);
  Tensor values({count, 8});
  for (float& value : values.values()) value = random.normal();
  values.data()[0] = 3000;
  return Dataset::from(values);
}

Config linear_config() { return tiny_config({"linear 3"}, {"linear output"}); }

struct Page {
  Subject subject;
  LatentSpace space;
  std::optional<PageNetwork> network;
};

Page page_of(const Autoencoder& model, const DataSplit& data) {
  static const Context context;
  Page page{make_subject(model, data, context), {}, {}};
  page.space = collect_latent_space(page.subject);
  page.network = collect_network(page.subject, page.space);
  return page;
}

TEST(CollectNetwork, ReplacesLatentsThatThePicturesGive) {
  const DataSplit data{tiny_dataset(20), tiny_dataset(200)};
  const Autoencoder model(tiny_config(), data.train);
  const Page page = page_of(model, data);
  EXPECT_EQ(page.network->encoder.size(), 3U);
  EXPECT_EQ(page.space.latents.size(), 0);
}

TEST(CollectNetwork, KeepsLatentsThatThePicturesDoNotGive) {
  const DataSplit data{numbers_with_an_outlier(100), numbers_with_an_outlier(200)};
  Config config = linear_config();
  const Autoencoder model(config, data.train);
  const Page page = page_of(model, data);
  EXPECT_TRUE(page.network->encoder.empty());
  EXPECT_EQ(page.space.latents.rows(), 200);

  config.corruption.mask = 0.2;
  const Autoencoder denoising(config, data.train);
  const Page noisy = page_of(denoising, data);
  EXPECT_FALSE(noisy.network->encoder.empty()) << "the page adds noise to pictures";
  EXPECT_EQ(noisy.space.latents.rows(), 200);
}

TEST(CollectNetwork, StoresAnEncoderThat16BitsDoNotHoldAs32Bits) {
  const DataSplit data{tiny_dataset(20), tiny_dataset(200)};
  Config config = tiny_config({"linear 3", "tanh"}, {"linear output", "sigmoid"});
  config.corruption.mask = 0.2;
  Autoencoder model(config, data.train);
  for (const ParameterView& parameter : model.parameters())
    for (float& value : parameter.values) value = std::round(value * 64) / 64;
  EXPECT_TRUE(page_of(model, data).network->half);
  std::span<float> weight = model.parameters()[0].values;
  weight[0] = 2e5f;
  weight[3] = -2e5f;
  EXPECT_FALSE(page_of(model, data).network->half);
}

TEST(CollectNetwork, RoundsWeightsInProportionToTheValues) {
  const DataSplit data{tiny_dataset(20), tiny_dataset(200)};
  for (const float scale : {1.0f, 1000.0f}) {
    Tensor values = data.train.read();
    for (float& value : values.values()) value *= scale;
    Config config = linear_config();
    config.data.preprocess = {"none"};
    Autoencoder model(config, Dataset::from(values));
    for (const ParameterView& parameter : model.parameters())
      for (float& value : parameter.values) value /= 8;
    EXPECT_TRUE(page_of(model, {Dataset::from(values), Dataset::from(values)}).network->half) << scale;
  }
}

TEST(LatentPrecision, IsAPartOfTheDeviationOfEachLatent) {
  const Tensor latents({2, 2}, std::vector<float>{1000, 1, 1001, 2}), deviation({1, 2}, std::vector<float>{0.5, 0.5});
  EXPECT_TRUE(is_precise(latents, latents, deviation));
  Tensor found = latents;
  found.data()[3] += 0.004f;
  EXPECT_TRUE(is_precise(found, latents, deviation));
  found.data()[3] += 0.004f;
  EXPECT_FALSE(is_precise(found, latents, deviation));
  found.data()[3] = NAN;
  EXPECT_FALSE(is_precise(found, latents, deviation));
}

}  // namespace
}  // namespace hourglass
