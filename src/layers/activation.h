#pragma once
// Activation functions as separate layers. After a linear layer they are fused into it (see Linear::fuse).

#include <optional>

#include "kernels/activation.h"
#include "layers/layer.h"

namespace hourglass {

/// Returns the activation with a name of the layer grammar (identity, relu, leaky_relu, elu, gelu, tanh, sigmoid,
/// softplus), or nullopt.
std::optional<Activation> activation_named(const std::string& word);
/// Returns the name of an activation.
std::string name(Activation activation);
/// Returns all names, in the order of the enum.
std::vector<std::string> activation_names();

/// Range of the values of an activation.
struct OutputRange {
  float low, high;
};
OutputRange output_range(Activation activation);

/// y = f(x). See kernels/activation.h for the formulas and their sources. No parameters.
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
