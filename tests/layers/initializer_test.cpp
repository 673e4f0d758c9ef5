#include "layers/initializer.h"

#include <cmath>

#include "layers/linear.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

constexpr int64_t kFanIn = 400, kFanOut = 200;

std::vector<float> draw(Initializer initializer, uint64_t seed = 1) {
  std::vector<float> weights(kFanIn * kFanOut);
  RandomStream random(seed, RandomPurpose::kInitialWeights, 0);
  initialize_weights(initializer, kFanIn, kFanOut, weights, random);
  return weights;
}

struct Moments {
  double mean = 0, variance = 0;
  float low = 0, high = 0;
};
Moments moments(const std::vector<float>& values) {
  Moments result;
  double squares = 0;
  for (float value : values) {
    result.mean += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
    result.low = std::min(result.low, value);
    result.high = std::max(result.high, value);
  }
  result.mean /= static_cast<double>(values.size());
  result.variance = squares / static_cast<double>(values.size()) - result.mean * result.mean;
  return result;
}

TEST(Initializer, UniformWeightsFillTheirBounds) {
  for (const auto& [initializer, limit] : {std::pair{Initializer::kGlorotUniform, std::sqrt(6.0 / 600)},
                                           {Initializer::kHeUniform, std::sqrt(6.0 / 400)},
                                           {Initializer::kTorchUniform, 1 / std::sqrt(400.0)}}) {
    const Moments found = moments(draw(initializer));
    EXPECT_GE(static_cast<double>(found.low), -limit * 1.000001);
    EXPECT_LE(static_cast<double>(found.high), limit);
    EXPECT_NEAR(static_cast<double>(found.low), -limit, 0.001 * limit);
    EXPECT_NEAR(static_cast<double>(found.high), limit, 0.001 * limit);
    EXPECT_NEAR(found.mean, 0, 0.01 * limit);
    EXPECT_NEAR(found.variance, limit * limit / 3, 0.01 * limit * limit);
  }
}

TEST(Initializer, NormalWeightsHaveTheirVariance) {
  for (const auto& [initializer, variance] :
       {std::pair{Initializer::kGlorotNormal, 2.0 / 600}, {Initializer::kHeNormal, 2.0 / 400}}) {
    const Moments found = moments(draw(initializer));
    EXPECT_NEAR(found.mean, 0, 0.02 * std::sqrt(variance));
    EXPECT_NEAR(found.variance, variance, 0.02 * variance);
    EXPECT_GT(static_cast<double>(found.high), 3.5 * std::sqrt(variance));
  }
}

TEST(Initializer, SameSeedGivesSameWeights) {
  EXPECT_EQ(draw(Initializer::kHeNormal, 3), draw(Initializer::kHeNormal, 3));
  EXPECT_NE(draw(Initializer::kHeNormal, 3), draw(Initializer::kHeNormal, 4));
}

TEST(Initializer, BiasesAreZeroExceptForTorchUniform) {
  RandomStream random(1, RandomPurpose::kInitialWeights, 0);
  for (const Initializer initializer :
       {Initializer::kGlorotUniform, Initializer::kGlorotNormal, Initializer::kHeUniform, Initializer::kHeNormal}) {
    std::vector<float> biases(9, 7.0f);
    initialize_biases(initializer, kFanIn, biases, random);
    EXPECT_EQ(biases, std::vector<float>(9, 0.0f));
  }
  std::vector<float> biases(1000);
  initialize_biases(Initializer::kTorchUniform, kFanIn, biases, random);
  EXPECT_NEAR(moments(biases).high, 0.05f, 0.001f);
}

TEST(Initializer, IsFoundByNameOrByTheActivation) {
  EXPECT_EQ(initializer_for("glorot_uniform", Activation::kRelu), Initializer::kGlorotUniform);
  EXPECT_EQ(initializer_for("glorot_normal", Activation::kRelu), Initializer::kGlorotNormal);
  EXPECT_EQ(initializer_for("he_uniform", Activation::kTanh), Initializer::kHeUniform);
  EXPECT_EQ(initializer_for("he_normal", Activation::kTanh), Initializer::kHeNormal);
  EXPECT_EQ(initializer_for("torch_uniform", Activation::kTanh), Initializer::kTorchUniform);
  for (const Activation activation :
       {Activation::kRelu, Activation::kLeakyRelu, Activation::kElu, Activation::kGelu, Activation::kSoftplus})
    EXPECT_EQ(initializer_for("auto", activation), Initializer::kHeUniform);
  for (const Activation activation : {Activation::kIdentity, Activation::kTanh, Activation::kSigmoid})
    EXPECT_EQ(initializer_for("auto", activation), Initializer::kGlorotUniform);
}

TEST(Initializer, UnknownNameIsRejectedWithTheNearestName) {
  expect_error(ErrorKind::kUsage, {"'he_uniforn'", "'he_uniform'"},
               [] { initializer_for("he_uniforn", Activation::kRelu); });
}

TEST(Initializer, LinearUsesItsFusedActivation) {
  const auto largest = [](Activation activation) {
    Linear layer(kFanIn, kFanOut);
    layer.fuse(activation);
    std::vector<float> weights(kFanIn * kFanOut);
    RandomStream random(1, RandomPurpose::kInitialWeights, 0);
    layer.initialize(0, "auto", weights, random);
    return moments(weights).high;
  };
  EXPECT_NEAR(largest(Activation::kRelu), std::sqrt(6.0f / 400), 0.001f);
  EXPECT_NEAR(largest(Activation::kTanh), std::sqrt(6.0f / 600), 0.001f);
}

}  // namespace
}  // namespace hourglass
