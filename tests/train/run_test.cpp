// Run folders: their files, and that a resumed run gives the same bits as an uninterrupted run.

#include <algorithm>
#include <atomic>
#include <fstream>

#include "core/file.h"
#include "hourglass/run_folder.h"
#include "hourglass/trainer.h"
#include "model/network.h"
#include "support/expect_error.h"
#include "support/expect_same_bits.h"
#include "support/rewrite_safetensors.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"
#include "train/checkpoint.h"
#include "train/history.h"

namespace hourglass {
namespace {

class Run : public testing::Test {
 protected:
  Run() {
    config_.data.preprocess = {"standardize", "scale 0 1", "bernoulli"};
    config_.objective.weight_l1 = 1e-3;
    config_.objective.weight_l2 = 1e-3;
    config_.objective.latent_l1 = 1e-2;
  }

  Autoencoder make_model() const { return Autoencoder(config_, data_.train); }

  TemporaryFolder temporary_;
  Config config_ = tiny_config();
  // Seven steps per epoch, the last with two samples.
  const DataSplit data_{tiny_dataset(26), tiny_dataset(9, 8, 2)};
  const RunFolder folder_{temporary_ / "run"};
};

class Resume : public Run, public testing::WithParamInterface<std::tuple<const char*, int>> {
 protected:
  Resume() {
    config_.train.optimizer = std::get<0>(GetParam());
    config_.train.momentum = 0.9;
    context_.threads = std::get<1>(GetParam());
  }
  Context context_;
};

INSTANTIATE_TEST_SUITE_P(Optimizers, Resume, testing::Combine(testing::Values("sgd", "adam"), testing::Values(1, 2)),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param)) + std::to_string(std::get<1>(test.param));
                         });

// Stopped every few steps, within and at the end of epochs.
TEST_P(Resume, EqualsAnUninterruptedRunIfStoppedAtAnyStep) {
  const RunFolder uninterrupted{temporary_ / "uninterrupted"};
  Autoencoder model = make_model();
  start_run(uninterrupted, model, data_, {}, context_);

  std::atomic<bool> stop = false;
  TrainCallbacks callbacks;
  callbacks.stop = &stop;
  callbacks.on_progress = [&](const Progress&) { return stop = true; };
  model = make_model();
  TrainResult result = start_run(folder_, model, data_, callbacks, context_);
  EXPECT_EQ(result.steps, 2);
  int stops = 0, within_epochs = 0;
  while (!result.finished) {
    ++stops;
    within_epochs += result.steps % 7 != 0;
    ASSERT_LT(stops, 30);
    stop = false;
    Autoencoder other(tiny_config({"linear 2"}, {"linear output"}), {8});
    result = resume_run(folder_, other, data_, callbacks, context_);
    model = std::move(other);
  }
  EXPECT_GE(within_epochs, 5);
  EXPECT_EQ(result.steps, 21);
  expect_same_bits(uninterrupted, folder_);
  EXPECT_EQ(to_toml(model.config()), to_toml(config_));
}

TEST_P(Resume, EqualsAnUninterruptedRunIfStoppedAfterAnEpoch) {
  const RunFolder uninterrupted{temporary_ / "uninterrupted"};
  Autoencoder model = make_model();
  start_run(uninterrupted, model, data_, {}, context_);

  std::atomic<bool> stop = false;
  TrainCallbacks callbacks;
  callbacks.stop = &stop;
  callbacks.on_epoch = [&](const EpochRecord& record) {
    stop = record.epoch == 2;
    return true;
  };
  model = make_model();
  const TrainResult result = start_run(folder_, model, data_, callbacks, context_);
  EXPECT_FALSE(result.finished);
  EXPECT_EQ(result.steps, 14);
  EXPECT_TRUE(resume_run(folder_, model, data_, {}, context_).finished);
  expect_same_bits(uninterrupted, folder_);
}

// A solver that is stopped within an epoch repeats that epoch.
TEST_F(Run, ResumedSolverGivesTheSameBits) {
  config_.data.preprocess.pop_back();  // bernoulli draws random values
  config_.objective.weight_l1 = 0;
  config_.train.optimizer = "lbfgs";
  config_.train.lbfgs_iterations = 5;
  config_.train.batch_size = 0;
  const RunFolder uninterrupted{temporary_ / "uninterrupted"};
  Autoencoder model = make_model();
  start_run(uninterrupted, model, data_);

  std::atomic<bool> stop = false;
  TrainCallbacks callbacks;
  callbacks.stop = &stop;
  callbacks.on_progress = [&](const Progress& progress) {
    stop = progress.epoch == 2 && progress.step == 3;
    return true;
  };
  model = make_model();
  TrainResult result = start_run(folder_, model, data_, callbacks);
  EXPECT_FALSE(result.finished);
  EXPECT_EQ(result.history.size(), 1u);
  result = resume_run(folder_, model, data_);
  EXPECT_TRUE(result.finished);
  expect_same_bits(uninterrupted, folder_);
}

TEST_F(Run, ResumedAccumulationGivesTheSameBits) {
  config_.train.accumulate = 2;
  const RunFolder uninterrupted{temporary_ / "uninterrupted"};
  Autoencoder model = make_model();
  start_run(uninterrupted, model, data_);

  std::atomic<bool> stop = false;
  TrainCallbacks callbacks;
  callbacks.stop = &stop;
  callbacks.on_progress = [&](const Progress& progress) {
    stop = progress.epoch == 2;
    return true;
  };
  model = make_model();
  EXPECT_FALSE(start_run(folder_, model, data_, callbacks).finished);
  EXPECT_TRUE(resume_run(folder_, model, data_).finished);
  expect_same_bits(uninterrupted, folder_);
}

TEST_F(Run, FolderContainsModelHistoryAndConfig) {
  Autoencoder model = make_model();
  const TrainResult result = start_run(folder_, model, data_);
  EXPECT_TRUE(result.finished);
  const Autoencoder loaded = Autoencoder::load(folder_.model());
  EXPECT_TRUE(std::equal(model.network().flat(), model.network().flat() + model.network().flat_size(),
                         loaded.network().flat()));
  EXPECT_EQ(to_toml(load_config(folder_.config())), to_toml(config_));
  const History history = history_from_csv(read_file(folder_.history()), "history.csv");
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history.back().test.terms, result.history.back().test.terms);
  EXPECT_THAT(read_file(folder_.summary()), testing::HasSubstr("\"finished\": true"));
  EXPECT_TRUE(std::filesystem::is_directory(folder_.images()));
}

TEST_F(Run, FinishedRunIsUnchangedWhenResumed) {
  Autoencoder model = make_model();
  start_run(folder_, model, data_);
  const TrainResult again = resume_run(folder_, model, data_);
  EXPECT_TRUE(again.finished);
  EXPECT_EQ(again.steps, 21);
  EXPECT_EQ(again.history.size(), 3u);
}

TEST_F(Run, ExistingRunIsNotOverwritten) {
  Autoencoder model = make_model();
  start_run(folder_, model, data_);
  expect_error(ErrorKind::kUsage, {"run'", "already has a run", "--resume"}, [&] { start_run(folder_, model, data_); });
}

TEST_F(Run, FolderWithoutARunCannotBeResumed) {
  Autoencoder model = make_model();
  expect_error(ErrorKind::kUsage, {"run'", "no run to resume"}, [&] { resume_run(folder_, model, data_); });
}

TEST_F(Run, FolderThatCannotBeCreatedIsAnIoError) {
  std::ofstream(temporary_ / "file") << "no folder";
  Autoencoder model = make_model();
  expect_error(ErrorKind::kIo, {"Cannot create the run folder"},
               [&] { start_run({temporary_ / "file" / "run"}, model, data_); });
}

TEST_F(Run, ChangedConfigFileIsRejected) {
  Autoencoder model = make_model();
  start_run(folder_, model, data_);
  Config other = config_;
  other.train.learning_rate = 0.5;
  write_file_atomically(folder_.config(), to_toml(other));
  expect_error(ErrorKind::kData, {"config.toml", "checkpoint.safetensors", "different configs"},
               [&] { resume_run(folder_, model, data_); });
}

class Diverging : public Run {
 protected:
  Diverging() {
    config_.model.encoder = {"linear 6", "relu", "linear 3"};
    config_.model.decoder = {"linear 6", "relu", "linear output"};
    config_.train.optimizer = "sgd";
  }
};

TEST_F(Diverging, RunStopsAndNamesStepTermAndLayer) {
  config_.train.learning_rate = 1e30;
  Autoencoder model = make_model();
  expect_error(ErrorKind::kDiverged,
               {"diverged at step 2 (epoch 1)", "reconstruction", "The first layer that is not finite is",
                "train.learning_rate", "checkpoint.safetensors"},
               [&] {
                 start_run(folder_, model, data_, {}, {1, {}});
               });
  EXPECT_EQ(load_checkpoint(folder_.checkpoint()).state.step, 0);
}

TEST_F(Diverging, EarlierCheckpointStillLoads) {
  config_.train.learning_rate = 0.01;
  std::atomic<bool> stop = false;
  TrainCallbacks callbacks;
  callbacks.stop = &stop;
  callbacks.on_epoch = [&](const EpochRecord&) { return stop = true; };
  Autoencoder model = make_model();
  start_run(folder_, model, data_, callbacks);
  // Makes the weights of the checkpoint so large that the next step is not finite.
  rewrite_safetensors(folder_.checkpoint(), [](auto& file) { std::ranges::fill(file.tensors[0].values, 1e38f); });
  for (const int threads : {1, 2})
    expect_error(ErrorKind::kDiverged, {"diverged at step 8 (epoch 2)", "encoder layer 1 (linear 6)"}, [&] {
      resume_run(folder_, model, data_, {}, {threads, {}});
    });
  EXPECT_EQ(load_checkpoint(folder_.checkpoint()).state.history.size(), 1u);
}

// No later step detects a divergence in the last step.
TEST_F(Diverging, LastStepIsChecked) {
  config_.objective.reduction = "sum";
  config_.train.epochs = 1;
  config_.train.batch_size = 26;
  for (const auto& [learning_rate, term] : {std::pair{1e36, "test loss"}, {3e38, "gradient"}}) {
    config_.train.learning_rate = learning_rate;
    Autoencoder model = make_model();
    expect_error(ErrorKind::kDiverged, {"diverged at step 1 (epoch 1)", term, "no longer finite"},
                 [&] { train(model, data_); });
  }
}

}  // namespace
}  // namespace hourglass
