#pragma once
// Reshape layer.

#include "layers/layer.h"

namespace hourglass {

/// y = x with shape `output`. "flatten" uses a flat shape {n}.
class Reshape : public Layer {
 public:
  /// Throws Error(kUsage) if the shapes have different numbers of values.
  Reshape(const Shape& input, Shape output);

  const Shape& output_shape() const override { return output_shape_; }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  Shape output_shape_;
  int64_t size_;
};

}  // namespace hourglass
