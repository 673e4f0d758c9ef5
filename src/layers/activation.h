#pragma once
// Elementwise nonlinearities as a layer of their own; after a linear layer they are part of it (see Linear::fuse).

#include <optional>

#include "kernels/activation.h"
#include "layers/layer.h"

namespace hourglass {

/// The function that a word of the layer grammar names: identity, relu, leaky_relu, elu, gelu, tanh, sigmoid, softplus.
std::optional<Activation> activation_named(const std::string& word);
/// The word for it.
std::string name(Activation activation);
/// All words, in the order of the enum.
std::vector<std::string> activation_names();

/// The values an activation can give.
struct OutputRange {
  float low, high;
};
OutputRange output_range(Activation activation);

/// y = f(x), see kernels/activation.h for the formulas and their sources. No parameters.
class ActivationLayer : public Layer {
 public:
  ActivationLayer(Activation activation, Shape shape);

  const Shape& output_shape() const override { return shape_; }
  Activation fused() const override { return activation_; }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  Activation activation_;
  Shape shape_;
  int64_t size_;
};

}  // namespace hourglass
