// The layer check must see a wrong layer: each test spoils a right one.

#include "support/check_layer.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "layers/linear.h"

namespace hourglass {
namespace {

constexpr int64_t kIn = 6, kOut = 5, kRows = 4;
enum Parameter : size_t { kWeight, kBias };

// A linear layer of which single parts can be replaced.
class Spoiled : public Layer {
 public:
  std::function<void(std::vector<ParameterSpec>&)> spoil_parameters = [](auto&) {};
  std::function<void(size_t, std::span<float>)> spoil_initial = [](size_t, auto) {};
  std::function<void(std::span<float>)> spoil_output = [](auto) {};
  std::function<void(std::span<float> diff_x, std::span<float* const> diff_params)> spoil_gradients = [](auto, auto) {};

  const Shape& output_shape() const override { return linear_.output_shape(); }
  std::vector<ParameterSpec> parameters() const override {
    std::vector<ParameterSpec> specs = linear_.parameters();
    spoil_parameters(specs);
    return specs;
  }
  void initialize(size_t index, const std::string& initializer, std::span<float> values,
                  RandomStream& random) const override {
    linear_.initialize(index, initializer, values, random);
    spoil_initial(index, values);
  }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override {
    linear_.forward(pass, params, x, y, buffers);
    spoil_output({y, static_cast<size_t>(pass.rows * kOut)});
  }
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override {
    linear_.backward(pass, params, x, y, buffers, diff_y, diff_x, diff_params);
    spoil_gradients({diff_x, diff_x ? static_cast<size_t>(pass.rows * kIn) : 0}, diff_params);
  }

 private:
  Linear linear_{kIn, kOut};
};

void scale_largest(std::span<float> values) {
  *std::ranges::max_element(values, {}, [](float value) { return std::abs(value); }) *= 1.01f;
}

TEST(CheckLayer, PassesARightLayer) { EXPECT_TRUE(check_layer(Spoiled(), kIn, kRows, 1)); }

TEST(CheckLayer, SeesAnInputGradientOffByOnePercent) {
  Spoiled layer;
  layer.spoil_gradients = [](auto diff_x, auto) {
    for (float& value : diff_x) value *= 1.01f;
  };
  EXPECT_FALSE(check_layer(layer, kIn, kRows, 1));
}

TEST(CheckLayer, SeesOneWrongEntryOfAWeightGradient) {
  Spoiled layer;
  layer.spoil_gradients = [](auto, auto diff_params) { scale_largest({diff_params[kWeight], kIn * kOut}); };
  EXPECT_FALSE(check_layer(layer, kIn, kRows, 1));
}

TEST(CheckLayer, SeesAForgottenBiasGradient) {
  Spoiled zero, unset;
  zero.spoil_gradients = [](auto, auto diff_params) { std::fill_n(diff_params[kBias], kOut, 0.0f); };
  unset.spoil_gradients = [](auto, auto diff_params) { std::fill_n(diff_params[kBias], kOut, NAN); };
  EXPECT_FALSE(check_layer(zero, kIn, kRows, 1));
  EXPECT_FALSE(check_layer(unset, kIn, kRows, 1));
}

TEST(CheckLayer, SeesGradientsThatDependOnWhetherXIsWanted) {
  Spoiled layer;
  layer.spoil_gradients = [](auto diff_x, auto diff_params) {
    if (diff_x.empty()) *diff_params[kBias] = 0;
  };
  EXPECT_FALSE(check_layer(layer, kIn, kRows, 1));
}

TEST(CheckLayer, SeesParametersThatAreNotThoseDeclared) {
  for (const int64_t width : {kOut - 1, kOut + 1}) {
    Spoiled layer;
    layer.spoil_parameters = [width](auto& specs) { specs[kBias].shape = {width}; };
    EXPECT_FALSE(check_layer(layer, kIn, kRows, 1)) << width;
  }
}

TEST(CheckLayer, SeesAnArrayThatIsNotInitialised) {
  Spoiled layer;
  layer.spoil_initial = [](size_t index, std::span<float> values) {
    if (index == kBias) values.back() = NAN;
  };
  EXPECT_FALSE(check_layer(layer, kIn, kRows, 1));
}

TEST(CheckLayer, SeesOutputsThatChangeFromCallToCall) {
  Spoiled layer;
  layer.spoil_output = [calls = 0](std::span<float> y) mutable { y[0] += 1e-6f * static_cast<float>(calls++); };
  EXPECT_FALSE(check_layer(layer, kIn, kRows, 1));
}

TEST(CheckLayer, SeesAWriteBehindTheOutput) {
  Spoiled layer;
  layer.spoil_output = [](std::span<float> y) { *(y.data() + y.size()) = 0; };
  EXPECT_FALSE(check_layer(layer, kIn, kRows, 1));
}

}  // namespace
}  // namespace hourglass
