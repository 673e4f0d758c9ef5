#include "optim/optimizer.h"

#include "model/network.h"
#include "model/objective.h"
#include "support/expect_error.h"
#include "support/golden.h"

namespace hourglass {
namespace {

class GoldenOptimizer : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Of, GoldenOptimizer, testing::Values("sgd", "momentum", "nesterov", "adam", "adamw"),
                         [](const auto& test) { return std::string(test.param); });

// Ten steps on ten batches. Parameters are updated in two ranges, as by two workers.
TEST_P(GoldenOptimizer, TenStepsAgreeWithPyTorch) {
  const Golden golden(std::string("optimizer_") + GetParam());
  Autoencoder model = golden.model();
  Network& network = model.network();
  const Config config = golden.config();
  const Objective objective(config.objective, network);
  const auto optimizer = make_optimizer(config.train);
  const int64_t rows = config.train.batch_size, size = network.flat_size(), half = size / 2;
  const Workspace workspace = network.make_workspace(rows, true);
  AlignedVector<float> diff(static_cast<size_t>(size));
  std::vector<AlignedVector<float>> moments(static_cast<size_t>(optimizer->num_moments()), diff);

  const auto expect_parameters = [&](const std::string& prefix) {
    for (const ParameterView& view : model.parameters())
      EXPECT_TRUE(close_to(view.values, golden[prefix + view.name], 1e-6)) << prefix;
  };
  for (int64_t step = 1; step <= 10; ++step) {
    std::copy_n(golden["input"].values.data() + (step - 1) * rows * network.sample_dim(), rows * network.sample_dim(),
                workspace.arena.at(workspace.input));
    const Objective::RowSums sums =
        objective.differentiate(network, {.rows = rows, .training = true, .batch_rows = rows}, workspace, diff.data());
    EXPECT_NEAR(objective.loss(sums, rows, {}, {}, 0).total(),
                static_cast<double>(golden["loss"].values[static_cast<size_t>(step - 1)]), 1e-6);
    optimizer->begin_step(step, config.train.learning_rate);
    for (const auto& [begin, count] : {std::pair{int64_t{0}, half}, {half, size - half}}) {
      std::vector<float*> pointers;
      for (auto& moment : moments) pointers.push_back(moment.data() + begin);
      optimizer->update(count, diff.data() + begin, pointers, network.flat() + begin);
    }
    if (step == 1) expect_parameters("step1.");
  }
  expect_parameters("step10.");
}

TEST(Optimizer, HasTheNumberOfMomentsItNeeds) {
  TrainConfig config;
  config.optimizer = "sgd";
  EXPECT_EQ(make_optimizer(config)->num_moments(), 0);
  config.momentum = 0.9;
  EXPECT_EQ(make_optimizer(config)->num_moments(), 1);
  config.optimizer = "adamw";
  EXPECT_EQ(make_optimizer(config)->num_moments(), 2);
}

TEST(Optimizer, UnknownNameIsRejectedWithTheNearestName) {
  TrainConfig config;
  config.optimizer = "adma";
  expect_error(ErrorKind::kUsage, {"'adma'", "'adam'"}, [&] { make_optimizer(config); });
}

}  // namespace
}  // namespace hourglass
