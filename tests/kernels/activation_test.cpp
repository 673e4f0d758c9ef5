#include "kernels/activation.h"

#include <cmath>
#include <limits>

#include "kernels/reference/reference.h"
#include "layers/activation.h"
#include "support/each_instruction_set.h"
#include "support/golden.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr Activation kActivations[] = {Activation::kIdentity, Activation::kRelu,    Activation::kLeakyRelu,
                                       Activation::kElu,      Activation::kGelu,    Activation::kTanh,
                                       Activation::kSigmoid,  Activation::kSoftplus};

// Both signs of every magnitude from 1e-6 to 1e4, and 0.
std::vector<float> wide_range() {
  std::vector<float> values = {0};
  for (float magnitude = 1e-6f; magnitude < 1e4f; magnitude *= 1.07f) {
    values.push_back(magnitude);
    values.push_back(-magnitude);
  }
  return values;
}

// The error function of gelu has an absolute error of 1.5e-7. The others are exact to a few ulps of max(1, |y|).
double tolerance(Activation activation, double x) {
  return activation == Activation::kGelu ? 3e-7 * std::max(1.0, std::abs(x)) : 2.5e-7;
}

class ActivationTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(ActivationTest);

TEST_P(ActivationTest, ForwardEqualsReferenceOverAWideRange) {
  const GuardedFloats x(wide_range());
  for (const Activation activation : kActivations) {
    GuardedFloats y(x.size(), 3);
    activation_forward(activation, x.size(), x.data(), y.data());
    ASSERT_TRUE(y.intact());
    for (int64_t i = 0; i < x.size(); ++i) {
      const double expected = reference::activate(activation, static_cast<double>(x[i]));
      ASSERT_NEAR(static_cast<double>(y[i]), expected,
                  tolerance(activation, static_cast<double>(x[i])) * std::max(1.0, std::abs(expected)))
          << name(activation) << " of " << x[i];
    }
  }
}

// The relative error stays small even where cancellation would lose digits.
TEST_P(ActivationTest, SmallValuesKeepTheirDigits) {
  const GuardedFloats x(
      std::vector<float>{1e-6f, -1e-6f, 1e-4f, -1e-4f, 3e-3f, -3e-3f, -0.0099f, -0.0101f, 0.19f, 0.21f});
  for (const Activation activation : {Activation::kElu, Activation::kTanh}) {
    GuardedFloats y(x.size());
    activation_forward(activation, x.size(), x.data(), y.data());
    for (int64_t i = 0; i < x.size(); ++i) {
      const double expected = reference::activate(activation, static_cast<double>(x[i]));
      EXPECT_NEAR(static_cast<double>(y[i]) / expected, 1, 1e-5) << name(activation) << " of " << x[i];
    }
  }
}

TEST_P(ActivationTest, BackwardEqualsReferenceForEveryWidth) {
  const std::vector<float> range = wide_range();
  for (const Activation activation : kActivations) {
    for (const int64_t columns : {1, 3, 4, 7, 8, 15, 16, 17, 33}) {
      const int64_t rows = static_cast<int64_t>(range.size()) / columns;
      GuardedFloats saved(std::span<const float>(range).first(static_cast<size_t>(rows * columns)));
      if (!needs_input(activation)) reference::activation_forward(activation, saved.size(), saved.data(), saved.data());
      GuardedFloats diff(random_floats(saved.size(), 1), 3), bias(columns, 5);
      GuardedFloats expected(diff.values()), expected_bias(columns);
      activation_backward(activation, rows, columns, saved.data(), diff.data(), bias.data());
      reference::activation_backward(activation, rows, columns, saved.data(), expected.data(), expected_bias.data());
      ASSERT_TRUE(diff.intact() && bias.intact());
      for (int64_t i = 0; i < diff.size(); ++i)
        ASSERT_NEAR(diff[i], expected[i], 4e-7) << name(activation) << " at " << saved[i];
      for (int64_t j = 0; j < columns; ++j)
        ASSERT_NEAR(bias[j], expected_bias[j], 3e-7 * std::sqrt(static_cast<double>(rows)) * 4) << name(activation);
    }
  }
}

TEST_P(ActivationTest, BiasGradientIsOptional) {
  GuardedFloats diff(random_floats(35, 1)), expected(diff.values());
  const GuardedFloats saved(random_floats(35, 2, 0.1f, 0.9f));
  activation_backward(Activation::kSigmoid, 5, 7, saved.data(), diff.data(), nullptr);
  reference::activation_backward(Activation::kSigmoid, 5, 7, saved.data(), expected.data(), nullptr);
  for (int64_t i = 0; i < diff.size(); ++i) EXPECT_NEAR(diff[i], expected[i], 1e-7);
}

TEST_P(ActivationTest, ForwardRunsInPlace) {
  for (const Activation activation : kActivations) {
    const GuardedFloats x(random_floats(37, 1, -3, 3));
    GuardedFloats apart(x.size()), in_place(x.values());
    activation_forward(activation, x.size(), x.data(), apart.data());
    activation_forward(activation, x.size(), in_place.data(), in_place.data());
    EXPECT_TRUE(in_place.intact());
    for (int64_t i = 0; i < x.size(); ++i) EXPECT_EQ(apart[i], in_place[i]) << name(activation);
  }
}

// Divergence is detected as NaN in the output of a network, so no activation may hide NaN.
TEST_P(ActivationTest, NaNStaysNaN) {
  for (const Activation activation : kActivations) {
    GuardedFloats x(std::vector<float>(19, kNaN));
    activation_forward(activation, x.size(), x.data(), x.data());
    for (float value : x.values()) EXPECT_TRUE(std::isnan(value)) << name(activation);
  }
}

TEST_P(ActivationTest, InfinityGivesTheLimit) {
  struct Limits {
    Activation activation;
    float low, high;
  };
  for (const Limits& limits : {Limits{Activation::kIdentity, -kInfinity, kInfinity},
                               {Activation::kRelu, 0, kInfinity},
                               {Activation::kLeakyRelu, -kInfinity, kInfinity},
                               {Activation::kElu, -1, kInfinity},
                               {Activation::kTanh, -1, 1},
                               {Activation::kSigmoid, 0, 1},
                               {Activation::kSoftplus, 0, kInfinity}}) {
    const float x[] = {-kInfinity, kInfinity};
    float y[2];
    activation_forward(limits.activation, 2, x, y);
    EXPECT_NEAR(y[0] == limits.low ? 0 : y[0] - limits.low, 0, 1e-30) << name(limits.activation);
    EXPECT_EQ(y[1], limits.high) << name(limits.activation);
  }
}

TEST_P(ActivationTest, AgreesWithPyTorch) {
  const Golden golden("activations");
  for (const Activation activation : kActivations) {
    const std::string word = name(activation);
    const auto& x = golden[word + ".x"].values;
    const int64_t n = static_cast<int64_t>(x.size());
    GuardedFloats y(n), diff(golden[word + ".dy"].values);
    activation_forward(activation, n, x.data(), y.data());
    activation_backward(activation, 1, n, needs_input(activation) ? x.data() : y.data(), diff.data(), nullptr);
    for (size_t i = 0; i < x.size(); ++i) {
      const float expected = golden[word + ".y"].values[i];
      EXPECT_NEAR(y.values()[i], expected, 3e-7f * std::max(1.0f, std::abs(expected))) << word << " of " << x[i];
      EXPECT_NEAR(diff.values()[i], golden[word + ".dx"].values[i], 8e-7f) << word << " of " << x[i];
    }
  }
}

}  // namespace
}  // namespace hourglass
