#include "layers/layer_norm.h"

#include <gtest/gtest.h>

#include "support/check_layer.h"

namespace hourglass {
namespace {

// Gain and shift are 1 and 0 here. tests/kernels compares other values with PyTorch.
TEST(LayerNorm, IsCorrect) {
  EXPECT_TRUE(check_layer(LayerNorm({13}), 13, 4, 3));
  EXPECT_TRUE(check_layer(LayerNorm({3, 2, 3}), 18, 4, 3));
}

TEST(LayerNorm, DeclaresUnpenalizedParameters) {
  const LayerNorm layer({3, 2, 3});
  EXPECT_EQ(layer.output_shape(), (Shape{3, 2, 3}));
  ASSERT_EQ(layer.parameters().size(), 2u);
  for (const ParameterSpec& spec : layer.parameters()) {
    EXPECT_EQ(spec.shape, Shape{18});
    EXPECT_EQ(spec.kind, ParameterKind::kOther);
  }
}

}  // namespace
}  // namespace hourglass
