#include "model/sequential.h"

#include <gtest/gtest.h>

#include "layers/linear.h"

namespace hourglass {
namespace {

const Linear& linear(const Sequential& chain, size_t stage) {
  return dynamic_cast<const Linear&>(*chain.stages()[stage].layer);
}

TEST(Sequential, FusesAnActivationIntoThePrecedingLinearLayer) {
  const Sequential chain("encoder", {"linear 5", "relu", "linear 3", "tanh"}, {8}, 8);
  ASSERT_EQ(chain.stages().size(), 2u);
  EXPECT_EQ(linear(chain, 0).fused(), Activation::kRelu);
  EXPECT_EQ(linear(chain, 1).fused(), Activation::kTanh);
  EXPECT_EQ(chain.output_shape(), Shape{3});
}

TEST(Sequential, KeepsActivationsThatCannotBeFused) {
  const Sequential chain("encoder", {"sigmoid", "linear 5", "relu", "tanh"}, {8}, 8);
  ASSERT_EQ(chain.stages().size(), 3u);
  EXPECT_EQ(linear(chain, 1).fused(), Activation::kRelu);
  EXPECT_EQ(chain.stages()[2].entry, 3u);
}

TEST(Sequential, DropsIdentity) {
  const Sequential chain("encoder", {"identity", "linear 5", "identity", "relu"}, {8}, 8);
  ASSERT_EQ(chain.stages().size(), 1u);
  EXPECT_EQ(linear(chain, 0).fused(), Activation::kRelu);
  EXPECT_TRUE(Sequential("encoder", {}, {8}, 8).stages().empty());
}

TEST(Sequential, NamesParametersByLayerIndexInTheConfig) {
  const Sequential chain("decoder", {"linear 5", "relu", "linear output"}, {3}, 8);
  EXPECT_EQ(chain.stages()[0].parameters[0].name, "decoder.0.weight");
  EXPECT_EQ(chain.stages()[1].parameters[1].name, "decoder.2.bias");
}

TEST(Sequential, ListsLayersAsWritten) {
  const Sequential chain("encoder", {"linear 5", "relu", "linear output"}, {2, 4}, 8);
  ASSERT_EQ(chain.entries().size(), 3u);
  EXPECT_EQ(chain.entries()[0].num_parameters, 8 * 5 + 5);
  EXPECT_EQ(chain.entries()[1].text, "relu");
  EXPECT_EQ(chain.entries()[1].num_parameters, 0);
  EXPECT_EQ(chain.entries()[2].output_shape, Shape{8});
  EXPECT_EQ(chain.max_width(), 8);
}

}  // namespace
}  // namespace hourglass
