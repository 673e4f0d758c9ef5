#pragma once
// Fully connected layer.

#include "kernels/activation.h"
#include "layers/layer.h"

namespace hourglass {

/// y = f(x W + b) with W[in, out], b[out] and activation f (identity unless fused). The input is flattened.
///   dz = dy f'(y);  dx = dz W^T;  dW = x^T dz;  db = the sum of dz over rows.
class Linear : public Layer {
 public:
  Linear(int64_t in, int64_t out);

  const Shape& output_shape() const override { return output_shape_; }
  std::vector<ParameterSpec> parameters() const override;
  void initialize(size_t index, const std::string& initializer, std::span<float> values,
                  RandomStream& random) const override;
  /// ReLU is applied inside the product, other activations right after it. The gradients of activation and bias are
  /// computed in one pass.
  bool fuse(Activation activation) override;
  Activation fused() const override { return activation_; }
  int64_t saved_size() const override { return needs_input(activation_) ? out_ : 0; }
  int product_parameter() const override;
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  int64_t in_, out_;
  Shape output_shape_;
  Activation activation_ = Activation::kIdentity;
};

}  // namespace hourglass
