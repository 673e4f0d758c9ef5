// check_layer must detect a wrong layer. Each test adds one fault to a correct layer.

#include "support/check_layer.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "layers/linear.h"

namespace hourglass {
namespace {

constexpr int64_t kIn = 6, kOut = 5, kRows = 4;
enum Parameter : size_t { kWeight, kBias };

// A linear layer to which faults can be added.
class FaultyLinear : public Layer {
 public:
  std::function<void(std::vector<ParameterSpec>&)> change_parameters = [](auto&) {};
  std::function<void(size_t, std::span<float>)> change_initial = [](size_t, auto) {};
  std::function<void(std::span<float>)> change_output = [](auto) {};
  std::function<void(std::span<float> diff_x, std::span<float* const> diff_params)> change_gradients = [](auto, auto) {
  };

  const Shape& output_shape() const override { return linear_.output_shape(); }
  std::vector<ParameterSpec> parameters() const override {
    std::vector<ParameterSpec> specs = linear_.parameters();
    change_parameters(specs);
    return specs;
  }
  void initialize(size_t index, const std::string& initializer, std::span<float> values,
                  RandomStream& random) const override {
    linear_.initialize(index, initializer, values, random);
    change_initial(index, values);
  }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override {
    linear_.forward(pass, params, x, y, buffers);
    change_output({y, static_cast<size_t>(pass.rows * kOut)});
  }
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override {
    linear_.backward(pass, params, x, y, buffers, diff_y, diff_x, diff_params);
    change_gradients({diff_x, diff_x ? static_cast<size_t>(pass.rows * kIn) : 0}, diff_params);
  }

 private:
  Linear linear_{kIn, kOut};
};

void scale_largest(std::span<float> values) {
  *std::ranges::max_element(values, {}, [](float value) { return std::abs(value); }) *= 1.01f;
}

TEST(CheckLayer, AcceptsACorrectLayer) { EXPECT_TRUE(check_layer(FaultyLinear(), kIn, kRows, 1)); }

TEST(CheckLayer, DetectsAnInputGradientOffByOnePercent) {
  FaultyLinear layer;
  layer.change_gradients = [](auto diff_x, auto) {
    for (float& value : diff_x) value *= 1.01f;
  };
  EXPECT_FALSE(check_layer(layer, kIn, kRows, 1));
}

TEST(CheckLayer, DetectsOneWrongEntryOfAWeightGradient) {
  FaultyLinear layer;
  layer.change_gradients = [](auto, auto diff_params) { scale_largest({diff_params[kWeight], kIn * kOut}); };
  EXPECT_FALSE(check_layer(layer, kIn, kRows, 1));
}

TEST(CheckLayer, DetectsAMissingBiasGradient) {
  FaultyLinear zero, unset;
  zero.change_gradients = [](auto, auto diff_params) { std::fill_n(diff_params[kBias], kOut, 0.0f); };
  unset.change_gradients = [](auto, auto diff_params) { std::fill_n(diff_params[kBias], kOut, NAN); };
  EXPECT_FALSE(check_layer(zero, kIn, kRows, 1));
  EXPECT_FALSE(check_layer(unset, kIn, kRows, 1));
}

TEST(CheckLayer, DetectsGradientsThatChangeWithoutDiffX) {
  FaultyLinear layer;
  layer.change_gradients = [](auto diff_x, auto diff_params) {
    if (diff_x.empty()) *diff_params[kBias] = 0;
  };
  EXPECT_FALSE(check_layer(layer, kIn, kRows, 1));
}

TEST(CheckLayer, DetectsWrongParameterShapes) {
  for (const int64_t width : {kOut - 1, kOut + 1}) {
    FaultyLinear layer;
    layer.change_parameters = [width](auto& specs) { specs[kBias].shape = {width}; };
    EXPECT_FALSE(check_layer(layer, kIn, kRows, 1)) << width;
  }
}

TEST(CheckLayer, DetectsAnUninitializedArray) {
  FaultyLinear layer;
  layer.change_initial = [](size_t index, std::span<float> values) {
    if (index == kBias) values.back() = NAN;
  };
  EXPECT_FALSE(check_layer(layer, kIn, kRows, 1));
}

TEST(CheckLayer, DetectsOutputsThatChangeFromCallToCall) {
  FaultyLinear layer;
  layer.change_output = [calls = 0](std::span<float> y) mutable { y[0] += 1e-6f * static_cast<float>(calls++); };
  EXPECT_FALSE(check_layer(layer, kIn, kRows, 1));
}

TEST(CheckLayer, DetectsAWritePastTheOutput) {
  FaultyLinear layer;
  layer.change_output = [](std::span<float> y) { *(y.data() + y.size()) = 0; };
  EXPECT_FALSE(check_layer(layer, kIn, kRows, 1));
}

}  // namespace
}  // namespace hourglass
