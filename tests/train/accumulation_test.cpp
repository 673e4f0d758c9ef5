// Steps of several batches (accumulation), and of the whole training set, which is processed in slices.

#include <algorithm>
#include <cmath>

#include "support/expect_error.h"
#include "support/tiny.h"
#include "train/trainer.h"

namespace hourglass {
namespace {

struct Trained {
  std::vector<float> weights;
  TrainResult result;
};
Trained train_on(const Config& config, int64_t samples, int threads) {
  const DataSplit data{tiny_dataset(samples), tiny_dataset(9, 8, 2)};
  Autoencoder model(config, {8});
  TrainResult result = train(model, data, {}, {threads, {}});
  return {{model.network().flat(), model.network().flat() + model.network().flat_size()}, std::move(result)};
}

void expect_close(const Trained& a, const Trained& b) {
  ASSERT_EQ(a.weights.size(), b.weights.size());
  double largest = 0;
  for (size_t i = 0; i < a.weights.size(); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(a.weights[i]) - static_cast<double>(b.weights[i])));
  EXPECT_LT(largest, 1e-5);
  EXPECT_EQ(a.result.steps, b.result.steps);
  for (size_t term = 0; term < kNumLossTerms; ++term)
    EXPECT_NEAR(a.result.history.back().train.terms[term], b.result.history.back().train.terms[term], 1e-6)
        << name(static_cast<LossTerm>(term));
}

Config sgd_config(Config config) {
  config.train.optimizer = "sgd";
  config.train.learning_rate = 0.3;
  config.train.momentum = 0.9;
  return config;
}

// Returns configs with every source of gradients and of noise.
std::vector<std::pair<const char*, Config>> configs() {
  Config penalized = sgd_config(tiny_config());
  penalized.objective.weight_l1 = penalized.objective.weight_l2 = penalized.objective.latent_l1 = 1e-3;
  penalized.train.clip_norm = 0.1;
  Config sparse = sgd_config(tiny_config({"linear 6", "tanh", "linear 3", "sigmoid"}));
  sparse.objective.latent_kl_beta = 0.1;
  Config variational = sgd_config(tiny_config());
  variational.model.latent = "gaussian 3";
  variational.train.learning_rate = 0.05;
  Config noisy = sgd_config(tiny_config({"linear 6", "tanh", "dropout 0.3", "linear 3", "sigmoid"}));
  noisy.objective.latent_kl_beta = 0.1;
  noisy.corruption.gaussian_variance = 0.1;
  return {{"penalized", penalized}, {"sparse", sparse}, {"variational", variational}, {"noisy", noisy}};
}

TEST(Accumulation, EqualsALargerBatch) {
  for (auto [label, config] : configs()) {
    SCOPED_TRACE(label);
    for (const int64_t samples : {24, 26, 31}) {
      config.train.batch_size = 12;
      config.train.accumulate = 1;
      const Trained larger = train_on(config, samples, 1);
      config.train.batch_size = 4;
      config.train.accumulate = 3;
      for (const int threads : {1, 2, 3}) expect_close(train_on(config, samples, threads), larger);
    }
  }
}

TEST(Accumulation, SameSeedGivesTheSameBits) {
  for (auto [label, config] : configs()) {
    SCOPED_TRACE(label);
    config.train.accumulate = 3;
    for (const int threads : {1, 2})
      EXPECT_EQ(train_on(config, 26, threads).weights, train_on(config, 26, threads).weights);
  }
}

// A batch norm uses the statistics of each batch.
TEST(Accumulation, TrainsWithBatchNorm) {
  Config config = sgd_config(tiny_config({"linear 6", "batch_norm", "tanh", "linear 3"}));
  config.train.accumulate = 3;
  const Trained one = train_on(config, 26, 1), two = train_on(config, 26, 2);
  expect_close(one, two);
  EXPECT_LT(one.result.history.back().train.total(), one.result.history.front().train.total());
}

TEST(Accumulation, TooManyBatchesAreRejected) {
  Config config = tiny_config();
  config.train.accumulate = 8;
  expect_error(ErrorKind::kUsage, {"train.accumulate is 8", "only 7 batches of 4", "at most 7"},
               [&] { train_on(config, 26, 1); });
  config.train.accumulate = 7;
  EXPECT_EQ(train_on(config, 26, 1).result.steps, 3);
}

// More samples than the workers process at once.
constexpr int64_t kSamples = 3 * kSliceRows + 17;

TEST(WholeBatch, EqualsABatchOfAllSamples) {
  for (auto [label, config] : configs()) {
    if (std::string(label) == "noisy" || std::string(label) == "variational")
      continue;  // noise depends on the position in a batch
    SCOPED_TRACE(label);
    config.train.batch_size = kSamples;
    const Trained all = train_on(config, kSamples, 1);
    config.train.batch_size = 0;
    for (const int threads : {1, 2}) expect_close(train_on(config, kSamples, threads), all);
  }
}

TEST(WholeBatch, UsesTheMemoryOfOneSlice) {
  Config config = tiny_config();
  config.train.batch_size = 0;
  const Autoencoder whole(config, {8});
  config.train.batch_size = kSliceRows;
  const Autoencoder slice(config, {8});
  EXPECT_EQ(training_memory(whole, {1, {}}).activations, training_memory(slice, {1, {}}).activations);
}

TEST(WholeBatch, CannotBeAccumulated) {
  Config config = tiny_config();
  config.train.batch_size = 0;
  config.train.accumulate = 2;
  expect_error(ErrorKind::kUsage, {"train.accumulate is 2", "train.batch_size is 0", "at most 1"},
               [&] { train_on(config, 26, 1); });
}

TEST(WholeBatch, RejectsBatchNorm) {
  Config config = tiny_config({"linear 6", "batch_norm", "tanh", "linear 3"});
  config.train.batch_size = 0;
  expect_error(ErrorKind::kUsage, {"train.batch_size is 0", "encoder layer 2 (batch_norm)", "layer_norm"},
               [&] { train_on(config, 26, 1); });
}

}  // namespace
}  // namespace hourglass
