#include "train/trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.h"
#include "data/batch.h"
#include "data/synthetic_digits.h"
#include "support/expect_error.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

std::vector<float> weights(const Autoencoder& model) {
  return {model.network().flat(), model.network().flat() + model.network().flat_size()};
}

struct Trained {
  std::vector<float> weights;
  TrainResult result;
};
Trained train_tiny(const Config& config, int64_t samples, int threads) {
  const DataSplit data{tiny_dataset(samples), tiny_dataset(9, 8, 2)};
  Autoencoder model(config, {8});
  TrainResult result = train(model, data, {}, {threads, {}});
  return {weights(model), std::move(result)};
}

// The same training as a simple loop: one worker, no shared arena, every step written out.
Trained train_by_hand(const Config& config, int64_t samples) {
  const Dataset data = tiny_dataset(samples);
  Autoencoder model(config, {8});
  Network& network = model.network();
  const Objective objective(config.objective, network);
  const auto optimizer = make_optimizer(config.train);
  AlignedVector<float> diff(static_cast<size_t>(network.flat_size()));
  std::vector<AlignedVector<float>> moments(static_cast<size_t>(optimizer->num_moments()), diff);
  std::vector<float*> pointers;
  for (auto& moment : moments) pointers.push_back(moment.data());
  Trained trained;
  for (int64_t epoch = 0; epoch < config.train.epochs; ++epoch) {
    std::vector<uint32_t> order(static_cast<size_t>(samples));
    std::iota(order.begin(), order.end(), 0u);
    RandomStream random(static_cast<uint64_t>(config.train.seed), RandomPurpose::kShuffle,
                        static_cast<uint64_t>(epoch));
    for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    double sum = 0;
    for (int64_t begin = 0; begin < samples; begin += config.train.batch_size) {
      const int64_t rows = std::min(config.train.batch_size, samples - begin);
      const Workspace workspace = network.make_workspace(rows, true);
      gather_samples(data, rows, order.data() + begin, nullptr, {}, workspace.arena.at(workspace.input));
      const auto sums = objective.differentiate(network, {.rows = rows, .training = true, .batch_rows = rows},
                                                workspace, diff.data());
      sum += static_cast<double>(rows) * objective.loss(sums, rows, {}, {}, 0)[LossTerm::kReconstruction];
      weight_penalty(network.num_penalized(), network.flat(), static_cast<float>(objective.weight_l1()),
                     static_cast<float>(objective.weight_l2()), diff.data());
      optimizer->begin_step(++trained.result.steps, config.train.learning_rate);
      optimizer->update(network.flat_size(), diff.data(), pointers, network.flat());
    }
    EpochRecord record;
    record.train[LossTerm::kReconstruction] = sum / static_cast<double>(samples);
    trained.result.history.push_back(record);
  }
  trained.weights = weights(model);
  return trained;
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return largest;
}

Config penalized_config() {
  Config config = tiny_config();
  config.objective.weight_l1 = 1e-3;
  config.objective.weight_l2 = 1e-3;
  config.objective.latent_l1 = 1e-2;
  return config;
}

TEST(Trainer, EqualsAHandWrittenLoopWithASmallerLastBatch) {
  for (const int64_t samples : {8, 9, 10, 11}) {
    const Trained engine = train_tiny(penalized_config(), samples, 1);
    const Trained hand = train_by_hand(penalized_config(), samples);
    EXPECT_EQ(engine.weights, hand.weights) << samples;
    EXPECT_EQ(engine.result.steps, hand.result.steps) << samples;
    for (size_t i = 0; i < hand.result.history.size(); ++i)
      EXPECT_NEAR(engine.result.history[i].train[LossTerm::kReconstruction],
                  hand.result.history[i].train[LossTerm::kReconstruction], 1e-12);
  }
}

// SGD: Adam magnifies rounding, because its first steps have the size of the learning rate even for tiny gradients.
TEST(Trainer, EveryNumberOfWorkersTrainsTheSameModel) {
  Config config = penalized_config();
  config.objective.trim = 0.3;  // the samples that do not count are chosen in the whole batch
  config.train.optimizer = "sgd";
  config.train.learning_rate = 0.5;
  config.train.momentum = 0.9;
  for (const int64_t samples : {8, 9, 10, 11}) {
    const Trained one = train_tiny(config, samples, 1);
    // Some workers have no rows in the last batch.
    for (const int threads : {2, 3, 4, 7}) {
      const Trained several = train_tiny(config, samples, threads);
      EXPECT_LT(largest_difference(one.weights, several.weights), 1e-5) << samples << " samples, " << threads;
      EXPECT_NEAR(one.result.history.back().train.total(), several.result.history.back().train.total(), 1e-6);
      EXPECT_NEAR(one.result.history.back().test.total(), several.result.history.back().test.total(), 1e-6);
    }
  }
}

TEST(Trainer, SameSeedGivesSameBits) {
  for (const int threads : {1, 2}) {
    const Trained first = train_tiny(penalized_config(), 10, threads),
                  second = train_tiny(penalized_config(), 10, threads);
    EXPECT_EQ(first.weights, second.weights);
    EXPECT_EQ(first.result.history.back().train.total(), second.result.history.back().train.total());
    EXPECT_EQ(first.result.history.back().test.total(), second.result.history.back().test.total());
  }
}

TEST(Trainer, DifferentSeedGivesADifferentModel) {
  Config other = tiny_config();
  other.train.seed = 2;
  EXPECT_NE(train_tiny(tiny_config(), 10, 1).weights, train_tiny(other, 10, 1).weights);
}

TEST(Trainer, ReportsEveryEpochAndEveryTerm) {
  const DataSplit data{tiny_dataset(10), tiny_dataset(9, 8, 2)};
  Autoencoder model(penalized_config(), {8});
  std::vector<int64_t> epochs;
  int64_t last_step = 0;
  TrainCallbacks callbacks;
  callbacks.on_epoch = [&](const EpochRecord& record) {
    epochs.push_back(record.epoch);
    return true;
  };
  callbacks.on_progress = [&](const Progress& progress) {
    EXPECT_EQ(progress.steps, 3);
    EXPECT_EQ(progress.epochs, 3);
    EXPECT_TRUE(std::isfinite(progress.loss));
    last_step = (progress.epoch - 1) * 3 + progress.step;
    return true;
  };
  const TrainResult result = train(model, data, callbacks, {2, {}});
  EXPECT_EQ(epochs, (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(last_step, 9);
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.steps, 9);
  for (const EpochRecord& record : result.history) {
    for (const Loss* loss : {&record.train, &record.test})
      for (const LossTerm term :
           {LossTerm::kReconstruction, LossTerm::kWeightL1, LossTerm::kWeightL2, LossTerm::kLatentL1})
        EXPECT_GT((*loss)[term], 0) << name(term);
    EXPECT_GT(record.samples_per_second, 0);
  }
}

TEST(Trainer, CallbackThatReturnsFalseStopsTraining) {
  const DataSplit data{tiny_dataset(10), {}};
  TrainCallbacks after_two;
  after_two.on_epoch = [](const EpochRecord& record) { return record.epoch < 2; };
  Autoencoder model(tiny_config(), {8});
  const TrainResult result = train(model, data, after_two);
  EXPECT_FALSE(result.finished);
  EXPECT_EQ(result.history.size(), 2u);

  TrainCallbacks at_once;
  at_once.on_progress = [](const Progress&) { return false; };
  Autoencoder other(tiny_config(), {8});
  EXPECT_EQ(train(other, data, at_once).steps, 1);
}

TEST(Trainer, CallbackExceptionReachesTheCallerUnchanged) {
  struct CustomException {
    int number;
  };
  const DataSplit data{tiny_dataset(10), {}};
  Config solver = tiny_config();
  solver.train.optimizer = "lbfgs";
  solver.train.batch_size = 0;
  for (const Config& config : {tiny_config(), solver}) {
    for (const bool on_epoch : {false, true}) {
      TrainCallbacks callbacks;
      if (on_epoch)
        callbacks.on_epoch = [](const EpochRecord&) -> bool { throw CustomException{42}; };
      else
        callbacks.on_progress = [](const Progress&) -> bool { throw CustomException{42}; };
      Autoencoder model(config, {8});
      try {
        train(model, data, callbacks, {2, {}});
        ADD_FAILURE() << "nothing was thrown";
      } catch (const CustomException& thrown) {
        EXPECT_EQ(thrown.number, 42);
      }
      EXPECT_TRUE(train(model, data).finished) << "the model can be trained again";
    }
  }
}

TEST(Trainer, ContinuedTrainingEqualsALongerTraining) {
  const DataSplit data{tiny_dataset(10), {}};
  for (const char* optimizer : {"sgd", "adam"}) {
    Config config = tiny_config();
    config.train.optimizer = optimizer;
    config.train.epochs = 5;
    Autoencoder uninterrupted(config, {8});
    train(uninterrupted, data, {}, {2, {}});
    config.train.epochs = 2;
    Autoencoder model(config, {8});
    const TrainResult first = train(model, data, {}, {2, {}});
    const TrainResult second = train_more(model, data, first, 3);
    EXPECT_EQ(second.history.size(), 5u);
    EXPECT_EQ(model.config().train.epochs, 5);
    EXPECT_TRUE(
        std::ranges::equal(std::span(model.network().flat(), static_cast<size_t>(model.network().flat_size())),
                           std::span(uninterrupted.network().flat(), static_cast<size_t>(model.network().flat_size()))))
        << optimizer;
  }
}

TEST(Trainer, EpochDependentScheduleCannotContinue) {
  const DataSplit data{tiny_dataset(10), {}};
  Config config = tiny_config();
  config.train.schedule = "cosine";
  Autoencoder model(config, {8});
  const TrainResult result = train(model, data);
  expect_error(ErrorKind::kUsage, {"train.schedule is cosine"}, [&] { train_more(model, data, result, 1); });
  Autoencoder constant(tiny_config(), {8});
  expect_error(ErrorKind::kUsage, {"no training state"}, [&] { train_more(constant, data, {}, 1); });
}

TEST(Trainer, ConfiguredValidationSetIsDrawn) {
  Config config = tiny_config();
  config.data.validation = 0.1;
  const DataSplit data{tiny_dataset(10), {}};
  Autoencoder model(config, {8});
  const TrainResult drawn = train(model, data);
  EXPECT_FALSE(std::isnan(drawn.history.back().validation.total()));
  Config split_config = config;
  split_config.data.test = 0;
  Autoencoder same(config, {8});
  const TrainResult given = train(same, split(data, split_config.data));
  EXPECT_EQ(given.history.back().validation.total(), drawn.history.back().validation.total());
  EXPECT_EQ(same.weights_fingerprint(), model.weights_fingerprint());

  config.data.validation = 0;
  config.data.validation_rows = "0:2";
  Autoencoder by_rows(config, {8});
  expect_error(ErrorKind::kUsage, {"data.validation_rows is 0:2", "split(data, config.data)"},
               [&] { train(by_rows, data); });
}

TEST(Trainer, TestLossIsNanWithoutATestSet) {
  const DataSplit data{tiny_dataset(10), {}};
  Autoencoder model(tiny_config(), {8});
  EXPECT_TRUE(std::isnan(train(model, data).history.back().test.total()));
}

// Regression test: these losses change only if the trained model changes.
TEST(Trainer, TrainsTheDigitsToTheRecordedLoss) {
  Config config;
  config.model.encoder = {"linear 32", "relu", "linear 16", "relu"};
  config.model.decoder = {"linear 32", "relu", "linear output", "sigmoid"};
  config.train.batch_size = 50;
  config.train.epochs = 3;
  const DataSplit data{synthetic_digits(980, 1, DigitPart::kTrain), synthetic_digits(100, 1, DigitPart::kTest)};
  Autoencoder model(config, data.train.sample_shape());
  const TrainResult result = train(model, data, {}, {2, {}});
  constexpr double kTrainLoss = 0.0674745, kTestLoss = 0.0723682;
  EXPECT_NEAR(result.history.back().train.total() / kTrainLoss, 1, 1e-4) << result.history.back().train.total();
  EXPECT_NEAR(result.history.back().test.total() / kTestLoss, 1, 1e-4) << result.history.back().test.total();
}

TEST(Trainer, BatchLargerThanTheDataIsRejected) {
  const DataSplit data{tiny_dataset(3), {}};
  Autoencoder model(tiny_config(), {8});
  expect_error(ErrorKind::kUsage, {"train.batch_size is 4", "only 3"}, [&] { train(model, data); });
}

TEST(Trainer, SamplesOfTheWrongSizeAreRejected) {
  Autoencoder model(tiny_config(), {8});
  const DataSplit wrong_train{tiny_dataset(10, 9), {}}, wrong_test{tiny_dataset(10), tiny_dataset(10, 7)};
  expect_error(ErrorKind::kUsage, {"training set", "9 values", "takes 8"}, [&] { train(model, wrong_train); });
  expect_error(ErrorKind::kUsage, {"test set", "7 values", "takes 8"}, [&] { train(model, wrong_test); });
}

TEST(Trainer, MemorySummaryCountsEveryBuffer) {
  const Autoencoder model(tiny_config(), {8});
  const MemorySummary one = training_memory(model, {1, {}}), two = training_memory(model, {2, {}});
  const int64_t flat = model.network().flat_size() * 4;
  EXPECT_EQ(one.parameters, flat);
  // Gradients of linear weights are not stored, unless their norm is needed.
  const int64_t products = model.network().num_product_values() * 4, block = kGradientBlock * 4;
  EXPECT_EQ(products, (8 * 6 + 6 * 3 + 3 * 6 + 6 * 8) * 4);
  EXPECT_EQ(one.gradients, flat - products + block);
  EXPECT_EQ(one.moments, 2 * flat);
  EXPECT_EQ(two.gradients, 2 * (flat - products + block));
  EXPECT_EQ(two.activations, 2 * one.activations);
}

}  // namespace
}  // namespace hourglass
