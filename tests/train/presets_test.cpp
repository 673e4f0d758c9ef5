// Training of every preset: the same seed gives the same bits, and a resumed run gives the bits of an uninterrupted
// run.

#include <algorithm>
#include <atomic>

#include "hourglass/run_folder.h"
#include "hourglass/trainer.h"
#include "model/network.h"
#include "support/expect_same_bits.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

class PresetTraining : public testing::TestWithParam<Preset> {
 protected:
  PresetTraining() {
    if (config_.train.batch_size > 0) config_.train.batch_size = 8;
    config_.train.epochs = 2;
  }
  Autoencoder make_model() const { return Autoencoder(config_, data_.train); }

  Config config_ = GetParam().config;
  // Six batches, the last with two samples. If the whole training set is one batch, it fits into one slice.
  const DataSplit data_{tiny_samples(42, GetParam().sample_shape), tiny_samples(9, GetParam().sample_shape, 2)};
  const Context context_{2, {}};
  const TemporaryFolder temporary_;
};

INSTANTIATE_TEST_SUITE_P(Presets, PresetTraining, testing::ValuesIn(presets()), [](const auto& test) {
  std::string name = test.param.name;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST_P(PresetTraining, SameSeedGivesTheSameBits) {
  Autoencoder first = make_model(), second = make_model();
  const TrainResult result = train(first, data_, {}, context_);
  EXPECT_EQ(result.history.back().test.terms, train(second, data_, {}, context_).history.back().test.terms);
  const Network &x = first.network(), &y = second.network();
  EXPECT_TRUE(std::equal(x.flat(), x.flat() + x.flat_size(), y.flat()));
}

TEST_P(PresetTraining, ResumedRunGivesTheSameBits) {
  const RunFolder uninterrupted{temporary_ / "uninterrupted"}, folder{temporary_ / "run"};
  Autoencoder model = make_model();
  start_run(uninterrupted, model, data_, {}, context_);

  // Each resumed run does one or two steps and is stopped again, within and at the end of epochs.
  std::atomic<bool> stop = false;
  TrainCallbacks callbacks;
  callbacks.stop = &stop;
  callbacks.on_progress = [&](const Progress&) { return stop = true; };
  model = make_model();
  TrainResult result = start_run(folder, model, data_, callbacks, context_);
  EXPECT_FALSE(result.finished);
  for (int stops = 0; !result.finished; ++stops) {
    ASSERT_LT(stops, 20);
    stop = false;
    result = resume_run(folder, model, data_, callbacks, context_);
  }
  expect_same_bits(uninterrupted, folder);
}

}  // namespace
}  // namespace hourglass
