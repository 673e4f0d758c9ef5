// Compares whole models with PyTorch. See tests/golden/README.md.

#include "support/golden.h"

#include "model/network.h"
#include "model/objective.h"

namespace hourglass {
namespace {

class GoldenModel : public testing::TestWithParam<const char*> {
 protected:
  Golden golden_{std::string("model_") + GetParam()};
  Autoencoder model_ = golden_.model();
};

INSTANTIATE_TEST_SUITE_P(Models, GoldenModel, testing::Values("mse_mean", "mse_sum", "bce_l2", "mse_l1", "activations"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(GoldenModel, LatentsAndOutputsAgree) {
  const Tensor input = golden_.tensor("input");
  EXPECT_TRUE(close_to(model_.encode_preprocessed(input).values(), golden_["latent"], 1e-6));
  EXPECT_TRUE(close_to(model_.reconstruct_preprocessed(input).values(), golden_["output"], 1e-6));
  EXPECT_TRUE(close_to(model_.decode_preprocessed(golden_.tensor("latent")).values(), golden_["output"], 1e-6));
}

TEST_P(GoldenModel, EveryTermAndEveryGradientAgree) {
  const Network& network = model_.network();
  const Objective objective(golden_.config().objective, network);
  const int64_t rows = golden_["input"].shape[0];
  const Workspace workspace = network.make_workspace(rows, true);
  std::ranges::copy(golden_["input"].values, workspace.arena.at(workspace.input));
  AlignedVector<float> diff(static_cast<size_t>(network.flat_size()));

  const Objective::RowSums sums =
      objective.differentiate(network, {.rows = rows, .training = true, .batch_rows = rows}, workspace, diff.data());
  const WeightSums weights =
      weight_penalty(network.num_penalized(), network.flat(), static_cast<float>(objective.weight_l1()),
                     static_cast<float>(objective.weight_l2()), diff.data());

  const auto expect_term = [&](const char* term, double found) {
    const double expected = static_cast<double>(golden_[std::string("loss.") + term].values[0]);
    EXPECT_NEAR(found, expected, 1e-6 * expected) << term;
  };
  const Loss loss = objective.loss(sums, rows, {}, weights, 0);
  for (const LossTerm term : {LossTerm::kReconstruction, LossTerm::kLatentL1, LossTerm::kWeightL1, LossTerm::kWeightL2})
    expect_term(name(term), loss[term]);
  expect_term("total", loss.total());

  for (const Parameter& parameter : network.parameter_list()) {
    const std::span<const float> values(diff.data() + parameter.offset,
                                        static_cast<size_t>(num_elements(parameter.spec.shape)));
    EXPECT_TRUE(close_to(values, golden_["grad." + parameter.name], 2e-6));
  }
}

}  // namespace
}  // namespace hourglass
