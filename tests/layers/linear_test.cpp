#include "layers/linear.h"

#include <gtest/gtest.h>

#include "layers/activation.h"
#include "support/check_layer.h"
#include "support/golden.h"

namespace hourglass {
namespace {

TEST(Linear, IsCorrectWithEveryFusedActivation) {
  for (const std::string& word : activation_names()) {
    Linear layer(7, 5);
    layer.fuse(*activation_named(word));
    EXPECT_TRUE(check_layer(layer, 7, 4, 5)) << word;
  }
}

TEST(Linear, IsCorrectForSmallAndOddSizes) {
  EXPECT_TRUE(check_layer(Linear(1, 1), 1, 1, 1));
  EXPECT_TRUE(check_layer(Linear(33, 1), 33, 3, 1));
  EXPECT_TRUE(check_layer(Linear(1, 19), 1, 17, 1));
}

TEST(Linear, DeclaresItsShapes) {
  const Linear layer(7, 5);
  EXPECT_EQ(layer.output_shape(), Shape{5});
  const auto specs = layer.parameters();
  ASSERT_EQ(specs.size(), 2u);
  EXPECT_EQ(specs[0].role, "weight");
  EXPECT_EQ(specs[0].shape, (Shape{7, 5}));
  EXPECT_EQ(specs[0].kind, ParameterKind::kWeight);
  EXPECT_EQ(specs[1].role, "bias");
  EXPECT_EQ(specs[1].shape, Shape{5});
  EXPECT_EQ(specs[1].kind, ParameterKind::kOther);
}

TEST(Linear, AgreesWithPyTorch) {
  const Golden golden("linear");
  const int64_t rows = golden["x"].shape[0], in = golden["x"].shape[1], out = golden["y"].shape[1];
  const Linear layer(in, out);
  const float* params[] = {golden["weight"].values.data(), golden["bias"].values.data()};
  Tensor y({rows, out}), diff_y = golden.tensor("dy"), dx({rows, in}), dweight({in, out}), dbias({out});
  layer.forward({rows}, params, golden["x"].values.data(), y.data(), {});
  EXPECT_TRUE(close_to(y.values(), golden["y"], 3e-7));
  float* diff_params[] = {dweight.data(), dbias.data()};
  layer.backward({rows}, params, golden["x"].values.data(), y.data(), {}, diff_y.data(), dx.data(), diff_params);
  EXPECT_TRUE(close_to(dx.values(), golden["dx"], 5e-7));
  EXPECT_TRUE(close_to(dweight.values(), golden["dweight"], 5e-7));
  EXPECT_TRUE(close_to(dbias.values(), golden["dbias"], 5e-7));
}

}  // namespace
}  // namespace hourglass
