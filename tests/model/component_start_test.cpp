#include "model/component_start.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/adapt.h"
#include "hourglass/metrics.h"
#include "hourglass/pca.h"
#include "hourglass/trainer.h"
#include "support/expect_error.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

// Features that are linear and quadratic in three hidden ones, with means that are not 0.
Dataset rows(int64_t count, int64_t features) {
  const std::vector<float> hidden = random_floats(count * 3, 1, -1, 1), mix = random_floats(3 * features, 2, -1, 1),
                           noise = random_floats(count * features, 3, -0.1f, 0.1f);
  Tensor values({count, features});
  for (int64_t i = 0; i < count; ++i)
    for (int64_t j = 0; j < features; ++j) {
      float value = noise[static_cast<size_t>(i * features + j)] + static_cast<float>(j);
      for (int64_t k = 0; k < 3; ++k) {
        const float z = hidden[static_cast<size_t>(i * 3 + k)];
        value += (j % 2 == 0 ? z : z * z) * mix[static_cast<size_t>(k * features + j)];
      }
      values.data()[i * features + j] = value;
    }
  return Dataset::from(values);
}

Config config_of(std::vector<std::string> encoder, std::vector<std::string> decoder) {
  Config config;
  config.data.preprocess = {"none"};
  config.model.encoder = std::move(encoder);
  config.model.decoder = std::move(decoder);
  config.model.initializer = "pca";
  return config;
}

TEST(ComponentStart, EveryDepthStartsAsPrincipalComponents) {
  const Dataset data = rows(200, 7);
  const Tensor values = data.read();
  const Pca pca = fit_pca(values, 3);
  const Tensor latents = pca.encode(values), output = pca.decode(latents);
  const std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> depths = {
      {{"linear 3"}, {"linear output"}},
      {{"linear 6", "relu", "linear 3"}, {"linear 20", "relu", "linear output"}},
      {{"linear 11", "relu", "linear 9", "relu", "linear 7", "relu", "linear 3"},
       {"linear 6", "relu", "linear 8", "relu", "linear output"}}};
  for (const auto& [encoder, decoder] : depths) {
    const Autoencoder model(config_of(encoder, decoder), data);
    const Tensor z = model.encode(data), y = model.reconstruct(data);
    for (int64_t i = 0; i < z.size(); ++i) ASSERT_NEAR(z.data()[i], latents.data()[i], 1e-4) << encoder.size();
    for (int64_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y.data()[i], output.data()[i], 1e-4) << encoder.size();
  }
}

TEST(ComponentStart, OtherLayersAreRejected) {
  const Dataset data = rows(50, 7);
  for (const auto& [encoder, decoder] :
       {std::pair<std::vector<std::string>, std::vector<std::string>>{{"linear 5", "relu", "linear 3"},
                                                                      {"linear output"}},  // fewer than 2 x 3 units
        {{"linear 6", "tanh", "linear 3"}, {"linear output"}},
        {{"linear 6", "relu", "dropout 0.1", "linear 3"}, {"linear output"}},
        {{"linear 3", "relu"}, {"linear output"}}})
    expect_error(ErrorKind::kUsage, {"model.initializer is pca", "model.initializer=auto"},
                 [&, &encoder = encoder, &decoder = decoder] { Autoencoder(config_of(encoder, decoder), data); });
}

TEST(ComponentStart, TheDefaultModelOfATableFindsWhatComponentsMiss) {
  const Dataset data = rows(900, 12);
  const DataSplit sets{data.slice(0, 600), data.slice(600, 900)};
  Config config = preset_config("fc");
  Autoencoder model(config, sets.train);
  train(model, sets);
  const Tensor seen = model.preprocess(sets.train).read(), test = model.preprocess(sets.test).read();
  const Pca pca = fit_pca(seen, model.latent_dim());
  const std::vector<double> own = squared_errors(test, model.reconstruct_preprocessed(test)),
                            linear = squared_errors(test, pca.decode(pca.encode(test)));
  double mean = 0, squares = 0;
  const auto count = static_cast<double>(own.size());
  for (size_t i = 0; i < own.size(); ++i) mean += (own[i] - linear[i]) / count;
  for (size_t i = 0; i < own.size(); ++i) squares += std::pow(own[i] - linear[i] - mean, 2);
  EXPECT_LT(mean, -4 * std::sqrt(squares / (count - 1) / count)) << "four standard errors";
}

}  // namespace
}  // namespace hourglass
