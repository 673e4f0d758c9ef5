#include "layers/activation.h"

#include <gtest/gtest.h>

#include "kernels/reference/reference.h"
#include "support/check_layer.h"

namespace hourglass {
namespace {

TEST(ActivationLayer, EveryActivationIsCorrect) {
  for (const std::string& word : activation_names())
    EXPECT_TRUE(check_layer(ActivationLayer(*activation_named(word), {3, 2, 3}), 18, 5, 3)) << word;
}

TEST(ActivationLayer, KeepsTheShape) {
  EXPECT_EQ(ActivationLayer(Activation::kRelu, {4, 3, 2}).output_shape(), (Shape{4, 3, 2}));
}

TEST(ActivationNames, AreParsedAndPrinted) {
  EXPECT_EQ(activation_names().size(), 8u);
  for (const std::string& word : activation_names()) EXPECT_EQ(name(*activation_named(word)), word);
  EXPECT_FALSE(activation_named("swish"));
  EXPECT_FALSE(activation_named(""));
}

TEST(OutputRange, ContainsEveryValueAndIsTight) {
  for (const std::string& word : activation_names()) {
    const Activation activation = *activation_named(word);
    const OutputRange range = output_range(activation);
    float low = 0, high = 0;
    for (double x = -50; x <= 50; x += 0.01) {
      const float y = static_cast<float>(reference::activate(activation, x));
      EXPECT_GE(y, range.low) << word << " of " << x;
      EXPECT_LE(y, range.high) << word << " of " << x;
      low = std::min(low, y);
      high = std::max(high, y);
    }
    EXPECT_NEAR(low, std::max(range.low, low), 0.001f) << word;
    EXPECT_EQ(high < 2, range.high == 1) << word;
  }
}

}  // namespace
}  // namespace hourglass
