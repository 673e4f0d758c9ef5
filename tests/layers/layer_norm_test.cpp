#include "layers/layer_norm.h"

#include <gtest/gtest.h>

#include "support/check_layer.h"

namespace hourglass {
namespace {

// That gain and shift enter as they should is compared with PyTorch in tests/kernels; here they are 1 and 0.
TEST(LayerNorm, IsRight) {
  EXPECT_TRUE(check_layer(LayerNorm({13}), 13, 4, 3));
  EXPECT_TRUE(check_layer(LayerNorm({3, 2, 3}), 18, 4, 3));
}

TEST(LayerNorm, DeclaresParametersThatAreNotPenalised) {
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
