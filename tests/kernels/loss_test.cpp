#include "kernels/loss.h"

#include <cmath>
#include <limits>

#include "kernels/reference/reference.h"
#include "layers/activation.h"
#include "support/each_instruction_set.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

constexpr int64_t kSizes[] = {1, 3, 7, 8, 15, 16, 17, 64, 100, 1023, 1024, 1025, 2500};
constexpr float kScale = 0.25f;

struct Output {
  ReconstructionLoss loss;
  Activation activation;
};
// All pairs of loss and output activation that the grammar allows.
std::vector<Output> outputs() {
  std::vector<Output> list = {{ReconstructionLoss::kBce, Activation::kSigmoid}};
  for (const std::string& word : activation_names())
    list.push_back({ReconstructionLoss::kMse, *activation_named(word)});
  return list;
}

void expect_equal_to_reference(const Output& output, std::span<const float> values, float tolerance) {
  const int64_t n = static_cast<int64_t>(values.size());
  const GuardedFloats logits(values, 1), target(random_floats(n, 2, 0, 1), 3);
  GuardedFloats diff(n, 5), expected(n);
  const double total =
      reconstruction_loss(output.loss, output.activation, n, logits.data(), target.data(), kScale, diff.data());
  const double expected_total = reference::reconstruction_loss(output.loss, output.activation, n, logits.data(),
                                                               target.data(), kScale, expected.data());
  ASSERT_TRUE(diff.intact());
  ASSERT_NEAR(total, expected_total, 1e-6 * expected_total + 1e-7) << name(output.activation) << ", " << n << " values";
  for (int64_t i = 0; i < n; ++i)
    ASSERT_NEAR(diff[i], expected[i], tolerance * std::max(1.0f, std::abs(expected[i])))
        << name(output.activation) << " at " << logits[i];
}

class LossTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(LossTest);

TEST_P(LossTest, EqualsReferenceForEverySize) {
  for (const Output& output : outputs())
    for (const int64_t n : kSizes) expect_equal_to_reference(output, random_floats(n, 1, -4, 4), 4e-7f);
}

TEST_P(LossTest, ExtremeLogitsNeitherOverflowNorLoseTheirGradient) {
  const std::vector<float> logits = {-1e4f, -100, -90, -88.5f, -87,   -40, -17, -1e-6f, 0,
                                     1e-6f, 17,   40,  87,     88.5f, 90,  100, 1e4f};
  for (const Output& output :
       {Output{ReconstructionLoss::kBce, Activation::kSigmoid}, Output{ReconstructionLoss::kMse, Activation::kSigmoid},
        Output{ReconstructionLoss::kMse, Activation::kTanh}})
    expect_equal_to_reference(output, logits, 4e-7f);
}

// With logits 0 every factor is 2, the maximum. A product of too many factors would overflow.
TEST_P(LossTest, ManyZeroLogitsDoNotOverflow) {
  const std::vector<float> logits(5000, 0.0f), target(5000, 1.0f);
  const double total = reconstruction_loss(ReconstructionLoss::kBce, Activation::kSigmoid, 5000, logits.data(),
                                           target.data(), 1, nullptr);
  EXPECT_NEAR(total, 5000 * std::log(2.0), 1e-3);
}

TEST_P(LossTest, GradientCanOverwriteTheLogitsOrBeOmitted) {
  for (const Output& output : outputs()) {
    for (const int64_t n : {7, 1025}) {
      const GuardedFloats logits(random_floats(n, 1, -3, 3)), target(random_floats(n, 2, 0, 1));
      GuardedFloats apart(n), in_place(logits.values());
      const auto loss = [&](const float* from, float* diff) {
        return reconstruction_loss(output.loss, output.activation, n, from, target.data(), kScale, diff);
      };
      const double total = loss(logits.data(), apart.data());
      EXPECT_EQ(loss(logits.data(), nullptr), total);
      EXPECT_EQ(loss(in_place.data(), in_place.data()), total);
      EXPECT_TRUE(std::ranges::equal(apart.values(), in_place.values())) << name(output.activation);
    }
  }
}

TEST_P(LossTest, NaNAndInfinityAreVisible) {
  for (const Output& output : outputs()) {
    for (const int64_t at : {0, 20, 36}) {
      std::vector<float> logits = random_floats(37, 1);
      const std::vector<float> target = random_floats(37, 2, 0, 1);
      logits[static_cast<size_t>(at)] = std::numeric_limits<float>::quiet_NaN();
      EXPECT_FALSE(std::isfinite(
          reconstruction_loss(output.loss, output.activation, 37, logits.data(), target.data(), 1, nullptr)))
          << name(output.activation);
    }
  }
  const float infinite[] = {std::numeric_limits<float>::infinity()}, target[] = {0.5f};
  EXPECT_FALSE(std::isfinite(
      reconstruction_loss(ReconstructionLoss::kBce, Activation::kSigmoid, 1, infinite, target, 1, nullptr)));
}

TEST_P(LossTest, LatentPenaltyEqualsReferenceAndAddsItsGradient) {
  for (const int64_t n : kSizes) {
    std::vector<float> latents = random_floats(n, 1);
    latents[0] = 0;
    const GuardedFloats z(latents);
    GuardedFloats diff(random_floats(n, 2), 3), expected(diff.values());
    const double total = l1_penalty(n, z.data(), 0.1f, diff.data());
    EXPECT_NEAR(total, reference::l1_penalty(n, z.data(), 0.1f, expected.data()), 1e-6 * total);
    EXPECT_EQ(l1_penalty(n, z.data(), 0.1f, nullptr), total);
    EXPECT_TRUE(diff.intact());
    EXPECT_TRUE(std::ranges::equal(diff.values(), expected.values()));
  }
}

}  // namespace
}  // namespace hourglass
