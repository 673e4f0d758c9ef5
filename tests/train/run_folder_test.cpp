// Plans of run folders: what a run in a folder does next, and which options it can be asked for.

#include "hourglass/run_folder.h"

#include <cmath>
#include <fstream>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

using Action = TrainingPlan::Action;

class PlannedRun : public testing::Test {
 protected:
  PlannedRun() {
    std::ofstream table(temporary_ / "table.csv");
    table << "a,b,c\n";
    for (int i = 0; i < 40; ++i) table << 10.5 * i << "," << 100 - i << "," << std::sin(i) << "\n";
    table.close();
    config_ = preset_config("fc");
    config_.data.name = (temporary_ / "table.csv").string();
    config_.train.epochs = 2;
    config_.train.batch_size = 8;
    config_.train.threads = 1;
  }

  /// Trains as `hourglass train` does.
  TrainResult run(const TrainingPlan& plan, const TrainCallbacks& callbacks = {}) {
    DataConfig inferred;
    const DataSplit data = load_dataset(plan.data, {}, &inferred);
    Autoencoder model = make_model(plan, data.train, inferred);
    return train_run(plan, model, data, callbacks);
  }

  TemporaryFolder temporary_;
  RunFolder folder_{temporary_ / "run"};
  Config config_;
};

// The stored config has what was inferred and adapted; the config that was asked for does not.
TEST_F(PlannedRun, ResumesWithTheOptionsItWasStartedWith) {
  TrainCallbacks stopping;
  stopping.on_epoch = [](const EpochRecord&) { return false; };
  EXPECT_FALSE(run(plan_new_run(folder_, config_), stopping).finished);
  EXPECT_NE(to_toml(load_config(folder_.config())), to_toml(config_));

  const TrainingPlan plan = plan_resumed_run(folder_, config_);
  EXPECT_EQ(plan.action, Action::kResume);
  EXPECT_TRUE(run(plan).finished);
  EXPECT_EQ(plan_resumed_run(folder_, config_).action, Action::kNothing);
}

TEST_F(PlannedRun, IsExtendedByMoreEpochs) {
  run(plan_new_run(folder_, config_));
  config_.train.epochs = 4;
  const TrainingPlan plan = plan_resumed_run(folder_, config_);
  EXPECT_EQ(plan.action, Action::kExtend);
  EXPECT_EQ(run(plan).history.size(), 4U);
}

TEST_F(PlannedRun, KeepsItsOptions) {
  run(plan_new_run(folder_, config_));
  config_.train.learning_rate = 0.5;
  expect_error(ErrorKind::kUsage, {"run'", "train.learning_rate = 0.001, not 0.5", "--out"},
               [&] { plan_resumed_run(folder_, config_); });
  config_ = load_config(folder_.config());
  config_.data.split_seed = 9;
  expect_error(ErrorKind::kUsage, {"data.split_seed = 1, not 9"}, [&] { plan_resumed_run(folder_, config_); });
}

TEST_F(PlannedRun, FindsItsDataInAnotherFolder) {
  run(plan_new_run(folder_, config_));
  config_.data.dir = "/elsewhere";
  const TrainingPlan plan = plan_resumed_run(folder_, config_);
  EXPECT_EQ(plan.data.dir, "/elsewhere");
  EXPECT_EQ(plan.config.data.dir, "");
}

TEST_F(PlannedRun, IsNotStartedTwice) {
  run(plan_new_run(folder_, config_));
  expect_error(ErrorKind::kUsage, {"already has a run", "--resume"}, [&] { plan_new_run(folder_, config_); });
  expect_error(ErrorKind::kUsage, {"no run to resume"}, [&] { plan_resumed_run({temporary_ / "other"}, config_); });
}

TEST_F(PlannedRun, FindsDataThatMovedByTheirContent) {
  TrainCallbacks stopping;
  stopping.on_epoch = [](const EpochRecord&) { return false; };
  run(plan_new_run(folder_, config_), stopping);
  const std::filesystem::path moved = temporary_ / "moved.csv";
  std::filesystem::rename(config_.data.name, moved);
  config_.data.name = moved.string();
  EXPECT_TRUE(run(plan_resumed_run(folder_, config_)).finished);
  EXPECT_EQ(load_config(folder_.config()).data.name, moved.string());
  EXPECT_EQ(Autoencoder::load(folder_.model()).config().data.name, moved.string());
}

TEST_F(PlannedRun, RejectsOtherDataInThePlaceOfItsOwn) {
  TrainCallbacks stopping;
  stopping.on_epoch = [](const EpochRecord&) { return false; };
  run(plan_new_run(folder_, config_), stopping);
  std::string table = read_file(config_.data.name);
  table.replace(table.find("10.5"), 4, "10.6");
  std::ofstream(config_.data.name) << table;
  expect_error(ErrorKind::kData, {"have changed", "trained on 40 samples of 3 values", "with other content"},
               [&] { run(plan_resumed_run(folder_, config_)); });
}

TEST_F(PlannedRun, IsLockedForTheTimeOfTheRun) {
  TrainCallbacks callbacks;
  callbacks.on_epoch = [&](const EpochRecord&) {
    expect_error(ErrorKind::kUsage, {"run'", "in use by process"},
                 [&] { run(plan_resumed_run(folder_, load_config(folder_.config()))); });
    return true;
  };
  run(plan_new_run(folder_, config_), callbacks);
  EXPECT_FALSE(std::filesystem::exists(folder_.path / ".lock"));
}

TEST_F(PlannedRun, RemovesWhatKilledProcessesLeft) {
  TrainCallbacks stopping;
  stopping.on_epoch = [](const EpochRecord&) { return false; };
  run(plan_new_run(folder_, config_), stopping);
  std::ofstream(folder_.path / "model.safetensors.hourglass-tmp1f-0") << "half";
  // As if it had been killed after the checkpoint of its last epoch.
  const std::string model = read_file(folder_.model());
  run(plan_resumed_run(folder_, config_));
  EXPECT_FALSE(std::filesystem::exists(folder_.path / "model.safetensors.hourglass-tmp1f-0"));
  const std::string trained = read_file(folder_.model());
  ASSERT_NE(trained, model);
  std::ofstream(folder_.model(), std::ios::binary) << model;
  std::filesystem::remove(folder_.summary());
  run(plan_resumed_run(folder_, config_));
  EXPECT_EQ(read_file(folder_.model()), trained);
}

// A run that was killed between its config.toml and its first checkpoint.
TEST_F(PlannedRun, StartsAgainIfItWasEndedBeforeItsFirstStep) {
  run(plan_new_run(folder_, config_));
  const std::string model = read_file(folder_.model());
  for (const auto& file : {folder_.checkpoint(), folder_.model(), folder_.history(), folder_.summary()})
    std::filesystem::remove(file);

  const TrainingPlan plan = plan_resumed_run(folder_, config_);
  EXPECT_EQ(plan.action, Action::kStart);
  EXPECT_TRUE(run(plan).finished);
  EXPECT_EQ(read_file(folder_.model()), model);

  std::filesystem::remove(folder_.checkpoint());
  EXPECT_TRUE(run(plan_new_run(folder_, config_)).finished);
}

TEST_F(PlannedRun, DoesNotReplaceAConfigOfTheUser) {
  std::filesystem::create_directories(folder_.path);
  const std::string own = "# my notes\n" + to_toml(config_);
  std::ofstream(folder_.config()) << own;
  expect_error(ErrorKind::kUsage, {"already has a run, or a config.toml"},
               [&] { run(plan_new_run(folder_, config_)); });
  EXPECT_EQ(read_file(folder_.config()), own);
}

}  // namespace
}  // namespace hourglass
