// Early stopping: training ends when the validation loss stops improving, and keeps the best weights.

#include <algorithm>
#include <atomic>
#include <cmath>

#include "hourglass/run_folder.h"
#include "hourglass/trainer.h"
#include "model/network.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"
#include "train/checkpoint.h"

namespace hourglass {
namespace {

// Few samples and a large learning rate: the validation loss rises soon.
class EarlyStopping : public testing::Test {
 protected:
  EarlyStopping() {
    config_.train.learning_rate = 0.05;
    config_.train.epochs = 200;
    config_.train.patience = 4;
  }

  Autoencoder make_model() const { return Autoencoder(config_, {8}); }
  static std::vector<float> weights(const Autoencoder& model) {
    return {model.network().flat(), model.network().flat() + model.network().flat_size()};
  }
  // Returns the weights after `epochs` epochs without early stopping.
  std::vector<float> weights_after(int64_t epochs) const {
    Config config = config_;
    config.train.patience = 0;
    config.train.epochs = epochs;
    Autoencoder model(config, {8});
    train(model, data_);
    return weights(model);
  }

  Config config_ = tiny_config({"linear 16", "tanh", "linear 6"}, {"linear 16", "tanh", "linear output", "sigmoid"});
  const DataSplit data_{tiny_dataset(26), tiny_dataset(9, 8, 2), tiny_dataset(30, 8, 3)};
};

int64_t epoch_of_lowest_validation(const History& history) {
  return 1 + std::ranges::min_element(history, {}, [](const EpochRecord& r) { return r.validation.total(); }) -
         history.begin();
}

TEST_F(EarlyStopping, StopsAfterPatienceWithTheBestWeights) {
  Autoencoder model = make_model();
  const TrainResult result = train(model, data_);
  EXPECT_TRUE(result.finished);
  ASSERT_LT(result.history.size(), 200u);
  EXPECT_EQ(result.kept_epoch, epoch_of_lowest_validation(result.history));
  EXPECT_EQ(static_cast<int64_t>(result.history.size()), result.kept_epoch + 4);
  EXPECT_EQ(weights(model), weights_after(result.kept_epoch));
}

TEST_F(EarlyStopping, KeepsTheBestWeightsWhenEpochsRunOut) {
  Autoencoder probe = make_model();
  const int64_t best = train(probe, data_).kept_epoch;
  config_.train.epochs = best + 2;
  Autoencoder model = make_model();
  const TrainResult result = train(model, data_);
  EXPECT_EQ(result.kept_epoch, best);
  EXPECT_EQ(static_cast<int64_t>(result.history.size()), best + 2);
  EXPECT_EQ(weights(model), weights_after(best));
}

TEST_F(EarlyStopping, IgnoresImprovementsBelowMinDelta) {
  config_.train.min_delta = 10;
  Autoencoder model = make_model();
  const TrainResult result = train(model, data_);
  EXPECT_EQ(result.kept_epoch, 1);
  EXPECT_EQ(result.history.size(), 5u);
}

TEST_F(EarlyStopping, DoesNotCountKlWarmupEpochs) {
  config_.model.latent = "gaussian 2";
  config_.objective.kl_warmup_epochs = 6.5;
  config_.train.min_delta = 10;
  Autoencoder model = make_model();
  const TrainResult result = train(model, data_);
  EXPECT_EQ(result.kept_epoch, 8);
  EXPECT_EQ(result.history.size(), 12u);
}

TEST_F(EarlyStopping, DoesNotUseTheTestSet) {
  Autoencoder one = make_model(), other = make_model();
  const TrainResult first = train(one, data_);
  const DataSplit other_test{data_.train, tiny_dataset(50, 8, 77), data_.validation};
  const TrainResult second = train(other, other_test);
  EXPECT_EQ(first.kept_epoch, second.kept_epoch);
  EXPECT_EQ(weights(one), weights(other));
}

TEST_F(EarlyStopping, RequiresAValidationSet) {
  const DataSplit no_validation{tiny_dataset(26), tiny_dataset(9, 8, 2)};
  Autoencoder model = make_model();
  expect_error(ErrorKind::kUsage, {"train.patience is 4", "no validation set", "data.validation=0.1"},
               [&] { train(model, no_validation); });
}

TEST_F(EarlyStopping, PlateauScheduleUsesTheValidationSet) {
  config_.train.patience = 0;
  config_.train.epochs = 30;
  Autoencoder constant = make_model();
  train(constant, data_);
  config_.train.schedule = "plateau";
  config_.train.schedule_every = 1;
  Autoencoder with = make_model();
  train(with, data_);
  EXPECT_NE(weights(with), weights(constant));
  const DataSplit no_validation{data_.train, data_.test};
  expect_error(ErrorKind::kUsage, {"plateau", "no validation set"}, [&] { train(with, no_validation); });
}

TEST_F(EarlyStopping, ScheduleThatNeverDropsIsRejected) {
  config_.train.patience = 0;
  for (const char* schedule : {"plateau", "step"}) {
    config_.train.schedule = schedule;
    config_.train.schedule_every = 10000;
    Autoencoder model = make_model();
    expect_error(ErrorKind::kUsage, {schedule, "10000", "never drops"}, [&] { train(model, data_); });
  }
}

// Stopped repeatedly, before and after the best epoch.
TEST_F(EarlyStopping, ResumedRunGivesTheSameBits) {
  const TemporaryFolder temporary;
  const RunFolder uninterrupted{temporary / "uninterrupted"}, folder{temporary / "run"};
  Autoencoder model = make_model();
  const TrainResult expected = start_run(uninterrupted, model, data_);
  ASSERT_LT(expected.history.size(), 60u);

  std::atomic<bool> stop = false;
  TrainCallbacks callbacks;
  callbacks.stop = &stop;
  callbacks.on_epoch = [&](const EpochRecord&) { return stop = true; };
  Autoencoder resumed = make_model();
  TrainResult result = start_run(folder, resumed, data_, callbacks);
  for (int stops = 0; !result.finished; ++stops) {
    ASSERT_LT(stops, 100);
    stop = false;
    result = resume_run(folder, resumed, data_, callbacks);
  }
  EXPECT_EQ(result.kept_epoch, expected.kept_epoch);
  EXPECT_EQ(result.history.size(), expected.history.size());
  EXPECT_EQ(weights(resumed), weights(model));
  EXPECT_EQ(weights(Autoencoder::load(folder.model())), weights(model));
  EXPECT_EQ(load_checkpoint(folder.checkpoint()).best_weights,
            load_checkpoint(uninterrupted.checkpoint()).best_weights);
}

}  // namespace
}  // namespace hourglass
