#pragma once
// Layer normalization.

#include "layers/layer.h"

namespace hourglass {

/// Normalizes each row to mean 0 and variance 1 over all its values (Ba, Kiros, Hinton 2016), then scales and shifts
/// each value:
///   y = weight (x - mean) / sqrt(variance + 1e-5) + bias, with the population variance.
/// Inference is the same as training.
class LayerNorm : public Layer {
 public:
  explicit LayerNorm(Shape shape);

  const Shape& output_shape() const override { return shape_; }
  std::vector<ParameterSpec> parameters() const override;
  /// Sets weight to 1 and bias to 0. Ignores the initializer.
  void initialize(size_t index, const std::string& initializer, std::span<float> values,
                  RandomStream& random) const override;
  /// Mean and inverse standard deviation of the row.
  int64_t saved_size() const override { return 2; }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  Shape shape_;
  int64_t size_;
};

}  // namespace hourglass
