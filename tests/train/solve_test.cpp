// Training by L-BFGS on the whole training set.

#include <algorithm>
#include <cmath>

#include "support/expect_error.h"
#include "support/tiny.h"
#include "train/trainer.h"

namespace hourglass {
namespace {

Config solver_config() {
  Config config = tiny_config({"linear 3", "sigmoid"}, {"linear output", "sigmoid"});
  config.objective.weight_l2 = 1e-3;
  config.objective.latent_kl_beta = 1e-2;
  config.train.optimizer = "lbfgs";
  config.train.lbfgs_iterations = 20;
  config.train.batch_size = 0;
  return config;
}

constexpr int64_t kSamples = kSliceRows + 44;  // two slices for one worker

TrainResult train_on(const Config& config, int threads = 1, int64_t samples = kSamples) {
  const DataSplit data{tiny_dataset(samples), tiny_dataset(9, 8, 2)};
  Autoencoder model(config, {8});
  return train(model, data, {}, {threads, {}});
}

// Few iterations, so that every epoch ends above the minimum. At the minimum, rounding decides which epoch is lower.
TEST(Solver, FindsALowerLossThanGradientDescentInTheSameSteps) {
  Config config = solver_config();
  config.train.lbfgs_iterations = 5;
  const TrainResult solved = train_on(config);
  Config descent = config;
  descent.train.optimizer = "sgd";
  descent.train.learning_rate = 1;
  descent.train.epochs = config.train.lbfgs_iterations * config.train.epochs;
  EXPECT_LT(solved.history.back().train.total(), train_on(descent).history.back().train.total());
  ASSERT_EQ(solved.history.size(), static_cast<size_t>(config.train.epochs));
  for (size_t i = 1; i < solved.history.size(); ++i)
    EXPECT_LT(solved.history[i].train.total(), solved.history[i - 1].train.total());
}

TEST(Solver, SameSeedGivesTheSameBits) {
  for (const int threads : {1, 2})
    EXPECT_EQ(train_on(solver_config(), threads).history.back().train.terms,
              train_on(solver_config(), threads).history.back().train.terms);
}

TEST(Solver, StopsWhenTheLossNoLongerDecreases) {
  Config config = solver_config();
  config.train.epochs = 200;
  const TrainResult result = train_on(config, 1, 12);
  EXPECT_TRUE(result.finished);
  EXPECT_LT(result.history.size(), 200u);
  const size_t last = result.history.size() - 1;
  EXPECT_NEAR(result.history[last].train.total(), result.history[last - 1].train.total(), 1e-12);
}

TEST(Solver, NonFiniteLossIsDivergence) {
  Config config = solver_config();
  config.model.decoder = {"linear output"};
  const DataSplit data{tiny_dataset(kSamples), {}};
  Autoencoder model(config, {8});
  std::fill_n(model.network().flat(), model.network().num_penalized(), 1e30f);
  expect_error(ErrorKind::kDiverged, {"diverged at step 1 (epoch 1)", "reconstruction"}, [&] { train(model, data); });
}

TEST(Solver, RejectsIncompatibleOptions) {
  const auto reject = [](const auto& change, std::vector<std::string> parts) {
    Config config = solver_config();
    change(config);
    parts.push_back("train.optimizer is lbfgs");
    expect_error(ErrorKind::kUsage, parts, [&] { train_on(config); });
  };
  reject([](Config& c) { c.train.batch_size = 10; }, {"train.batch_size is 10", "train.batch_size=0"});
  reject([](Config& c) { c.model.encoder.insert(c.model.encoder.begin(), "dropout 0.2"); },
         {"encoder layer 1 (dropout 0.2) draws noise", "Remove the layer"});
  reject(
      [](Config& c) {
        c.objective.latent_kl_beta = 0;
        c.model.latent = "gaussian 2";
      },
      {"gaussian 2", "model.latent=plain"});
  reject([](Config& c) { c.corruption.mask = 0.1; }, {"[corruption]"});
  reject([](Config& c) { c.objective.weight_l1 = 0.1; }, {"objective.weight_l1 is 0.1", "weight_l2"});
  reject([](Config& c) { c.train.clip_norm = 5; }, {"train.clip_norm is 5"});
  reject([](Config& c) { c.train.clip_value = 5; }, {"train.clip_value is 5"});
  reject([](Config& c) { c.train.schedule = "cosine"; }, {"train.schedule is cosine"});
  reject([](Config& c) { c.train.warmup_epochs = 1; }, {"train.warmup_epochs is 1"});
}

}  // namespace
}  // namespace hourglass
