#include "model/objective.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "layers/activation.h"
#include "support/expect_error.h"
#include "support/guarded_floats.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

constexpr int64_t kDim = 8, kRows = 5;
constexpr double kEpochs = 0.5;

// The objective of a config on one random batch.
class Batch {
 public:
  explicit Batch(const Config& config)
      : model_(config, {kDim}),
        objective_(config.objective, model_.network()),
        workspace_(model_.network().make_workspace(kRows, true)) {
    std::ranges::copy(random_floats(kRows * kDim, 7, 0, 1), workspace_.arena.at(workspace_.input));
    // Biases are initialized to 0. Nonzero values test more.
    for (const ParameterView& view : model_.parameters())
      if (view.shape.size() == 1) std::ranges::copy(random_floats(view.shape[0], 8, -0.2f, 0.2f), view.values.begin());
  }

  // A training pass with noise. The noise is the same in every pass.
  Pass pass() const {
    return {.rows = kRows,
            .training = true,
            .sampled = true,
            .batch_rows = kRows,
            .seed = 3,
            .step = 2,
            .kl_scale = objective_.kl_scale(kEpochs, kRows),
            .free_nats = objective_.free_nats()};
  }

  double total() const {
    std::fill_n(workspace_.unit_sums.get(), network().latent_dim(), 0.0);
    const auto sums = objective_.evaluate(network(), pass(), workspace_);
    const std::span<const double> units(workspace_.unit_sums.get(), static_cast<size_t>(network().latent_dim()));
    return objective_.loss(sums, kRows, units, objective_.weight_sums(network()), kEpochs).total();
  }

  AlignedVector<float> gradient() const {
    AlignedVector<float> diff(static_cast<size_t>(network().flat_size()));
    objective_.differentiate(network(), pass(), workspace_, diff.data());
    weight_penalty(network().num_penalized(), network().flat(), static_cast<float>(objective_.weight_l1()),
                   static_cast<float>(objective_.weight_l2()), diff.data());
    return diff;
  }

  // Compares with finite differences. The tolerance is 0.3 % of the largest value of each parameter array.
  testing::AssertionResult check(const AlignedVector<float>& gradient) {
    constexpr float kStep = 2e-3f;
    for (const Parameter& parameter : network().parameter_list()) {
      if (parameter.spec.kind == ParameterKind::kState) continue;  // running statistics have no gradient
      const int64_t begin = parameter.offset, end = begin + num_elements(parameter.spec.shape);
      double largest = 0;
      for (int64_t i = begin; i < end; ++i)
        largest = std::max(largest, std::abs(static_cast<double>(gradient[static_cast<size_t>(i)])));
      for (int64_t i = begin; i < end; ++i) {
        float& w = model_.network().flat()[i];
        const float before = w;
        w = before + kStep;
        const double high = total(), above = static_cast<double>(w);
        w = before - kStep;
        const double expected = (high - total()) / (above - static_cast<double>(w));
        w = before;
        const double found = static_cast<double>(gradient[static_cast<size_t>(i)]);
        // A bias before a normalization has no effect. Its computed gradient is only rounding error.
        if (!(std::abs(found - expected) <= 3e-3 * largest + 1e-8))
          return testing::AssertionFailure()
                 << parameter.name << "[" << i - begin << "] is " << found << "; the finite difference is " << expected;
      }
    }
    return testing::AssertionSuccess();
  }

  const Network& network() const { return model_.network(); }
  const Objective& objective() const { return objective_; }
  const Workspace& workspace() const { return workspace_; }

 private:
  Autoencoder model_;
  Objective objective_;
  Workspace workspace_;
};

Config config_of(const std::string& reconstruction, const std::string& reduction) {
  Config config = tiny_config();
  config.objective.reconstruction = reconstruction;
  config.objective.reduction = reduction;
  return config;
}

testing::AssertionResult check(const Config& config) {
  Batch batch(config);
  return batch.check(batch.gradient());
}

// Loss and gradient are those of a batch of the rows with the smallest losses.
TEST(Objective, TrimmedRowsDoNotCount) {
  constexpr int64_t kKept = 3;
  Config config = config_of("mse", "mean");
  const Autoencoder model(config, {kDim});
  const Network& network = model.network();
  const Objective plain(config.objective, network);
  config.objective.trim = 0.4;
  const Objective trimming(config.objective, network);
  EXPECT_EQ(trimming.exchange_size(kRows), kRows);
  const std::vector<float> samples = random_floats(kRows * kDim, 7, 0, 1);
  const auto fill = [&](const Workspace& workspace, const std::vector<int64_t>& rows) {
    for (size_t i = 0; i < rows.size(); ++i)
      std::copy_n(samples.data() + rows[i] * kDim, kDim,
                  workspace.arena.at(workspace.input) + static_cast<int64_t>(i) * kDim);
  };
  Workspace workspace = network.make_workspace(kRows, true);
  std::vector<std::pair<double, int64_t>> losses;
  for (int64_t row = 0; row < kRows; ++row) {
    fill(workspace, {row});
    losses.emplace_back(plain.evaluate(network, {.rows = 1, .batch_rows = 1}, workspace).reconstruction, row);
  }
  std::ranges::sort(losses);
  std::vector<int64_t> kept;
  for (int64_t i = 0; i < kKept; ++i) kept.push_back(losses[static_cast<size_t>(i)].second);
  std::ranges::sort(kept);

  AlignedVector<float> expected(static_cast<size_t>(network.flat_size())), found = expected;
  fill(workspace, kept);
  const auto expected_sums =
      plain.differentiate(network, {.rows = kKept, .training = true, .batch_rows = kKept}, workspace, expected.data());
  workspace.losses = std::make_unique<double[]>(kRows);
  workspace.category_losses = std::make_unique<double[]>(kRows);
  workspace.ranked_losses = std::make_unique<double[]>(kRows);
  fill(workspace, {0, 1, 2, 3, 4});
  const auto sums =
      trimming.differentiate(network, {.rows = kRows, .training = true, .batch_rows = kRows}, workspace, found.data());
  EXPECT_NEAR(trimming.loss(sums, kRows, {}, {}, 0).total(), plain.loss(expected_sums, kKept, {}, {}, 0).total(), 1e-7);
  for (size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], expected[i], 1e-6f) << i;
  // Without training all rows count.
  EXPECT_EQ(trimming.evaluate(network, {.rows = kRows, .batch_rows = kRows}, workspace).reconstruction,
            plain.evaluate(network, {.rows = kRows, .batch_rows = kRows}, workspace).reconstruction);

  fill(workspace, {0, 0, 0, 0, 0});  // of rows with equal losses, the first ones count
  trimming.differentiate(network, {.rows = kRows, .training = true, .batch_rows = kRows}, workspace, found.data());
  const float* diff = network.diff_logits(workspace);
  EXPECT_TRUE(std::any_of(diff + (kKept - 1) * kDim, diff + kKept * kDim, [](float d) { return d != 0; }));
  EXPECT_TRUE(std::all_of(diff + kKept * kDim, diff + kRows * kDim, [](float d) { return d == 0; }));
}

TEST(Objective, ReconstructionGradientsAreCorrect) {
  for (const char* reconstruction : {"mse", "bce"})
    for (const char* reduction : {"mean", "sum"})
      EXPECT_TRUE(check(config_of(reconstruction, reduction))) << reconstruction << " " << reduction;
}

TEST(Objective, PenaltyGradientsAreCorrect) {
  for (double ObjectiveConfig::*weight :
       {&ObjectiveConfig::weight_l1, &ObjectiveConfig::weight_l2, &ObjectiveConfig::latent_l1}) {
    Config config = tiny_config();
    config.objective.*weight = 0.1;
    EXPECT_TRUE(check(config));
  }
}

TEST(Objective, EncoderAndDecoderPenaltyGradientsAreCorrect) {
  for (const char* part : {"encoder", "decoder"}) {
    Config config = tiny_config();
    config.model.latent = "gaussian 2";
    config.objective.weight_l1 = config.objective.weight_l2 = 0.1;
    config.objective.penalized_weights = part;
    EXPECT_TRUE(check(config)) << part;
  }
}

TEST(Objective, WeightedReconstructionGradientIsCorrect) {
  for (const char* reconstruction : {"mse", "bce", "gaussian"}) {
    Config config = config_of(reconstruction, "sum");
    config.objective.reconstruction_weight = 0.5;
    EXPECT_TRUE(check(config)) << reconstruction;
  }
}

TEST(Objective, SparsityGradientIsCorrect) {
  Config config = tiny_config({"linear 6", "tanh", "linear 3", "sigmoid"});
  config.objective.latent_kl_beta = 0.3;
  config.objective.latent_kl_rho = 0.1;
  EXPECT_TRUE(check(config));
}

TEST(Objective, SparsityNeedsASigmoidLatent) {
  Config config = tiny_config();
  config.objective.latent_kl_beta = 0.3;
  expect_error(ErrorKind::kUsage, {"latent_kl_beta", "sigmoid"}, [&] { Batch batch(config); });
}

TEST(Objective, GaussianLatentGradientIsCorrect) {
  Config config = config_of("bce", "sum");
  config.model.latent = "gaussian 3";
  EXPECT_TRUE(check(config));
  config.objective.kl_weight = 4;
  config.objective.kl_warmup_epochs = 2;
  EXPECT_TRUE(check(config));
  config.objective.kl_free_nats = 0.02;
  EXPECT_TRUE(check(config));
}

TEST(Objective, GaussianLikelihoodGradientIsCorrect) {
  Config config = config_of("gaussian", "sum");
  EXPECT_TRUE(check(config));
  config.model.decoder.pop_back();
  config.model.latent = "gaussian 2";
  EXPECT_TRUE(check(config));
}

TEST(Objective, GaussianLikelihoodKeepsTheLogVarianceAboveItsBound) {
  Config config = config_of("gaussian", "sum");
  config.objective.min_log_variance = -1e-3;
  const double bounded = Batch(config).total();
  EXPECT_TRUE(check(config));
  config.objective.min_log_variance = -19;
  EXPECT_GT(std::abs(Batch(config).total() - bounded), 0.1);
}

TEST(Objective, KlWeightGrowsOverTheWarmup) {
  Config config = tiny_config();
  config.model.latent = "gaussian 2";
  config.objective.kl_weight = 2;
  config.objective.kl_warmup_epochs = 4;
  const Batch batch(config);
  EXPECT_EQ(batch.objective().kl_weight(0), 0);
  EXPECT_EQ(batch.objective().kl_weight(1), 0.5);
  EXPECT_EQ(batch.objective().kl_weight(9), 2);
}

TEST(Objective, ImageAndSequenceLayerGradientsAreCorrect) {
  EXPECT_TRUE(check(tiny_config({"reshape 4x2x1", "conv2d 3 kernel=2", "tanh"}, {"linear output", "sigmoid"})));
  EXPECT_TRUE(check(tiny_config({"linear 4", "reshape 2x2x1"},
                                {"conv_transpose2d 1 kernel=2 stride=2", "flatten", "linear output", "sigmoid"})));
  EXPECT_TRUE(check(tiny_config({"reshape 4x2", "lstm 3"}, {"lstm 2"})));
  EXPECT_TRUE(check(tiny_config({"reshape 4x2", "lstm 3 last"}, {"repeat 4", "lstm 2"})));
  EXPECT_TRUE(check(tiny_config({"linear 6", "batch_norm", "tanh", "dropout 0.4", "linear 3", "layer_norm"})));
}

TEST(Objective, GradientOfAllTermsIsCorrect) {
  Config config = config_of("bce", "sum");
  config.objective.weight_l1 = config.objective.weight_l2 = config.objective.latent_l1 = 0.3;
  EXPECT_TRUE(check(config));
}

TEST(Objective, OutputActivationGradientsAreCorrect) {
  for (const std::string& word : activation_names()) {
    Config config = tiny_config();
    config.model.decoder.back() = word;
    EXPECT_TRUE(check(config)) << word;
  }
}

TEST(Objective, UnfusedActivationGradientsAreCorrect) {
  EXPECT_TRUE(
      check(tiny_config({"tanh", "linear 4", "gelu", "softplus"}, {"elu", "linear output", "tanh", "sigmoid"})));
  EXPECT_TRUE(check(tiny_config({"identity"}, {"linear 3", "gelu", "linear output"})));
  EXPECT_TRUE(check(tiny_config({"linear 8", "tanh"}, {"sigmoid"})));
}

TEST(Objective, LatentPenaltyWorksWithAnIdentityDecoder) {
  Config config = tiny_config({"linear output", "tanh"}, {"identity"});
  config.objective.latent_l1 = 0.5;
  EXPECT_TRUE(check(config));
}

TEST(Objective, CheckDetectsAWrongGradient) {
  Config config = config_of("mse", "sum");
  config.objective.weight_l1 = config.objective.weight_l2 = config.objective.latent_l1 = 0.1;
  Batch batch(config);
  const AlignedVector<float> correct = batch.gradient();
  ASSERT_TRUE(batch.check(correct));

  AlignedVector<float> wrong = correct;
  for (float& value : wrong) value *= 1.01f;
  EXPECT_FALSE(batch.check(wrong));

  wrong = correct;
  *std::ranges::max_element(wrong, {}, [](float value) { return std::abs(value); }) *= 1.01f;
  EXPECT_FALSE(batch.check(wrong));

  for (double ObjectiveConfig::*weight :
       {&ObjectiveConfig::weight_l1, &ObjectiveConfig::weight_l2, &ObjectiveConfig::latent_l1}) {
    Config without = config;
    without.objective.*weight = 0;
    EXPECT_FALSE(batch.check(Batch(without).gradient()));
  }
}

// Each worker processes a slice of a batch. Their gradients are added.
TEST(Objective, SliceGradientsAddUpToTheBatchGradient) {
  Config config = tiny_config();
  config.objective.latent_l1 = 0.1;
  const Batch batch(config);
  const AlignedVector<float> whole = batch.gradient();
  AlignedVector<float> sum(whole.size());
  const float* input = batch.workspace().arena.at(batch.workspace().input);
  for (const auto& [begin, rows] : {std::pair<int64_t, int64_t>{0, 2}, {2, 3}}) {
    const Workspace slice = batch.network().make_workspace(3, true);
    std::copy_n(input + begin * kDim, rows * kDim, slice.arena.at(slice.input));
    AlignedVector<float> part(whole.size());
    batch.objective().differentiate(batch.network(), {.rows = rows, .training = true, .batch_rows = kRows}, slice,
                                    part.data());
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += part[i];
  }
  for (size_t i = 0; i < sum.size(); ++i) EXPECT_NEAR(sum[i], whole[i], 1e-7);
}

TEST(Objective, PenalizesOnlyTheNamedWeights) {
  const auto sums_of = [](const std::string& part) {
    Config config = tiny_config();
    config.objective.weight_l1 = 1;
    config.objective.penalized_weights = part;
    const Autoencoder model(config, {kDim});
    return Objective(config.objective, model.network()).weight_sums(model.network()).l1;
  };
  const auto sum_by_hand = [](const std::string& part) {
    Autoencoder model(tiny_config(), {kDim});
    double sum = 0;
    for (const ParameterView& view : model.parameters())
      if (view.shape.size() == 2 && view.name.starts_with(part))
        for (const float w : view.values) sum += std::abs(static_cast<double>(w));
    return sum;
  };
  EXPECT_NEAR(sums_of("encoder"), sum_by_hand("encoder"), 1e-6);
  EXPECT_NEAR(sums_of("decoder"), sum_by_hand("decoder"), 1e-6);
  EXPECT_NEAR(sums_of("all"), sum_by_hand(""), 1e-6);
}

// The cost of the study of natural-image patches: J = 1/(2N) sum ||x - y||^2 + lambda/2 sum w^2 + beta sum KL(rho ||
// mean z).
TEST(Objective, EqualsTheCostOfThePatchStudy) {
  constexpr double kLambda = 5e-3, kBeta = 0.1, kRho = 0.2;
  Config config = tiny_config({"linear 3", "sigmoid"}, {"linear output", "sigmoid"});
  config.objective.reduction = "sum";
  config.objective.reconstruction_weight = 0.5;
  config.objective.weight_l2 = kLambda / 2;
  config.objective.latent_kl_beta = kBeta;
  config.objective.latent_kl_rho = kRho;
  const Batch batch(config);

  const std::vector<float> x = random_floats(kRows * kDim, 7, 0, 1);
  const Network& network = batch.network();
  const auto values = [&](const std::string& name) {
    const auto& list = network.parameter_list();
    return network.flat() + std::ranges::find(list, name, &Parameter::name)->offset;
  };
  const auto layer = [&](const std::vector<double>& in, const std::string& part, size_t out) {
    std::vector<double> y(out);
    for (size_t j = 0; j < out; ++j) {
      double sum = static_cast<double>(values(part + ".0.bias")[j]);
      for (size_t i = 0; i < in.size(); ++i)
        sum += in[i] * static_cast<double>(values(part + ".0.weight")[i * out + j]);
      y[j] = 1 / (1 + std::exp(-sum));
    }
    return y;
  };
  double cost = 0;
  std::vector<double> activity(3);
  for (int64_t row = 0; row < kRows; ++row) {
    const std::vector<double> in(x.begin() + row * kDim, x.begin() + (row + 1) * kDim);
    const std::vector<double> hidden = layer(in, "encoder", 3), out = layer(hidden, "decoder", kDim);
    for (size_t j = 0; j < 3; ++j) activity[j] += hidden[j] / kRows;
    for (size_t i = 0; i < kDim; ++i) cost += (in[i] - out[i]) * (in[i] - out[i]) / (2 * kRows);
  }
  for (const char* weight : {"encoder.0.weight", "decoder.0.weight"})
    for (int64_t i = 0; i < 3 * kDim; ++i) cost += kLambda / 2 * std::pow(static_cast<double>(values(weight)[i]), 2);
  for (const double a : activity)
    cost += kBeta * (kRho * std::log(kRho / a) + (1 - kRho) * std::log((1 - kRho) / (1 - a)));
  EXPECT_NEAR(batch.total(), cost, 1e-6 * cost);
}

TEST(Objective, BiasesAreNeverPenalized) {
  Config config = tiny_config();
  config.objective.weight_l1 = config.objective.weight_l2 = 1;
  Autoencoder model(config, {kDim});
  const Objective objective(config.objective, model.network());
  const WeightSums before = objective.weight_sums(model.network());
  for (const ParameterView& view : model.parameters())
    if (view.shape.size() == 1) std::ranges::fill(view.values, 5.0f);
  EXPECT_EQ(objective.weight_sums(model.network()).l1, before.l1);
  EXPECT_EQ(objective.weight_sums(model.network()).l2, before.l2);
  EXPECT_GT(before.l1, 0);
}

}  // namespace
}  // namespace hourglass
