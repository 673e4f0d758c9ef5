// Categories of a table: probabilities together, learned by their cross-entropy. Compared with PyTorch.

#include "hourglass/adapt.h"
#include "hourglass/error.h"
#include "hourglass/metrics.h"
#include "hourglass/trainer.h"
#include "model/network.h"
#include "model/objective.h"
#include "support/golden.h"

namespace hourglass {
namespace {

Preprocessing encoding(const std::vector<std::string>& steps, const Shape& shape) {
  static const std::vector<float> kRange = {0, 1};
  return Preprocessing::restore(steps, shape,
                                [](const std::string&, const Shape&) { return std::span<const float>(kRange); });
}

class GoldenCategories : public testing::Test {
 protected:
  GoldenCategories() {
    for (const ParameterView& parameter : model_.parameters())
      std::ranges::copy(golden_[parameter.name].values, parameter.values.begin());
  }
  Golden golden_{"categories"};
  Autoencoder model_{golden_.config(), encoding(golden_.config().data.preprocess, {17})};
};

TEST_F(GoldenCategories, EncodedRowsAndOutputsAgree) {
  const Dataset rows = Dataset::from(golden_.tensor("rows"));
  EXPECT_TRUE(close_to(model_.preprocess(rows).read().values(), golden_["input"], 0));
  EXPECT_TRUE(close_to(model_.reconstruct_preprocessed(rows).values(), golden_["output"], 1e-6));
  EXPECT_EQ(model_.network().num_features(), 17);
}

TEST_F(GoldenCategories, EveryTermAndEveryGradientAgree) {
  const Network& network = model_.network();
  const Objective objective(golden_.config().objective, network);
  const int64_t rows = golden_["input"].shape[0];
  const Workspace workspace = network.make_workspace(rows, true);
  std::ranges::copy(golden_["input"].values, workspace.arena.at(workspace.input));
  AlignedVector<float> diff(static_cast<size_t>(network.flat_size()));
  const Objective::RowSums sums =
      objective.differentiate(network, {.rows = rows, .training = true, .batch_rows = rows}, workspace, diff.data());
  const Loss loss = objective.loss(sums, rows, {}, {}, 0);
  for (const LossTerm term : {LossTerm::kReconstruction, LossTerm::kCategories}) {
    const auto expected = static_cast<double>(golden_[std::string("loss.") + name(term)].values[0]);
    EXPECT_NEAR(loss[term], expected, 1e-6 * expected) << name(term);
  }
  for (const Parameter& parameter : network.parameter_list()) {
    const std::span<const float> values(diff.data() + parameter.offset,
                                        static_cast<size_t>(num_elements(parameter.spec.shape)));
    EXPECT_TRUE(close_to(values, golden_["grad." + parameter.name], 2e-6));
  }
}

TEST_F(GoldenCategories, TrimmedLossHasBothTermsOfTheRowsThatCount) {
  const Network& network = model_.network();
  const int64_t rows = golden_["input"].shape[0];
  ObjectiveConfig config = golden_.config().objective;
  config.trim = 0.5;  // the 4 best of 7 rows count
  const Objective trimmed(config, network), whole(golden_.config().objective, network);
  const auto run = [&](const Objective& objective, int64_t first, int64_t count) {
    Workspace workspace = network.make_workspace(rows, true);
    for (auto* losses : {&workspace.losses, &workspace.category_losses, &workspace.ranked_losses})
      *losses = std::make_unique<double[]>(static_cast<size_t>(rows));
    std::copy_n(golden_["input"].values.data() + first * 20, count * 20, workspace.arena.at(workspace.input));
    AlignedVector<float> diff(static_cast<size_t>(network.flat_size()));
    return objective.differentiate(network, {.rows = count, .training = true, .batch_rows = count}, workspace,
                                   diff.data());
  };
  std::vector<Objective::RowSums> single;
  for (int64_t row = 0; row < rows; ++row) single.push_back(run(whole, row, 1));
  std::ranges::sort(single, {}, [](const auto& sums) { return sums.reconstruction + sums.categories; });
  double numbers = 0, categories = 0;
  for (size_t i = 0; i < 4; ++i) {
    numbers += single[i].reconstruction * 7 / 4;
    categories += single[i].categories * 7 / 4;
  }
  const Objective::RowSums sums = run(trimmed, 0, rows);
  EXPECT_NEAR(sums.reconstruction, numbers, 1e-5 * numbers);
  EXPECT_NEAR(sums.categories, categories, 1e-5 * categories);
}

TEST(Categories, TrainingLearnsThem) {
  // The category follows the number.
  Tensor rows({400, 2});
  for (int64_t i = 0; i < 400; ++i) {
    const auto number = static_cast<float>(i % 4);
    rows.data()[2 * i] = number;
    rows.data()[2 * i + 1] = number;
  }
  Dataset data = Dataset::from(rows);
  data.set_categories({{}, {"a", "b", "c", "d"}});
  Config config;
  config.model.encoder = {"linear 16", "relu", "linear 2"};
  config.model.decoder = {"linear 16", "relu", "linear output"};
  config.train.epochs = 60;
  config.train.batch_size = 20;
  config.train.learning_rate = 0.01;
  Autoencoder model(config, data);
  const TrainResult result = train(model, {data, {}, {}});
  EXPECT_LT(result.history.back().train[LossTerm::kCategories], 0.05);
  EXPECT_LT(result.history.back().train[LossTerm::kReconstruction], 0.05);
  const Tensor decoded = model.reconstruct(data);
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(decoded.row(i)[1], static_cast<float>(i));
}

TEST_F(GoldenCategories, AMissingCategoryHasNoErrorInMeasures) {
  const Tensor x = golden_.tensor("input"), y = reconstruct_known(model_, x), raw = model_.reconstruct_preprocessed(x);
  // The first category of row 2 is missing.
  for (size_t k = 1; k < 4; ++k) {
    EXPECT_EQ(y.row(2)[k], 0);
    EXPECT_EQ(y.row(1)[k], raw.row(1)[k]);
  }
  EXPECT_EQ(y.row(2)[5], raw.row(2)[5]) << "the other category";
}

TEST(Categories, StaySeparateValuesAfterStepsThatMixThem) {
  EXPECT_EQ(encoding({"one_hot 1=3"}, {3}).categories(), (std::vector<ValueGroup>{{1, 4}}));
  EXPECT_EQ(encoding({"one_hot 0=2 2=3", "none"}, {3}).categories(), (std::vector<ValueGroup>{{0, 2}, {3, 6}}));
  EXPECT_TRUE(encoding({"one_hot 1=3", "remove_mean image"}, {3}).categories().empty());
}

TEST(Categories, AGaussianLikelihoodOfCategoriesIsRejected) {
  Config config;
  config.data.preprocess = {"one_hot 1=3"};
  config.objective.reconstruction = "gaussian";
  config.objective.reduction = "sum";
  try {
    const Autoencoder model(config, encoding(config.data.preprocess, {3}));
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("the data have categories (1 of 3 features)"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace hourglass
