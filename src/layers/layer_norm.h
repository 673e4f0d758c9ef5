#pragma once
// Layer normalisation.

#include "layers/layer.h"

namespace hourglass {

/// Each row made mean 0 and variance 1 over all its values (Ba, Kiros, Hinton 2016), then scaled and shifted value by
/// value:
///   y = weight (x - mean) / sqrt(variance + 1e-5) + bias, the variance being the population's.
/// Inference is the same as training.
class LayerNorm : public Layer {
 public:
  explicit LayerNorm(Shape shape);

  const Shape& output_shape() const override { return shape_; }
  std::vector<ParameterSpec> parameters() const override;
  /// weight 1, bias 0, whatever the initializer.
  void initialize(size_t index, const std::string& initializer, std::span<float> values,
                  RandomStream& random) const override;
  /// Mean and inverse deviation of the row.
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
