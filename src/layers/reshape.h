#pragma once
// The same values under another shape.

#include "layers/layer.h"

namespace hourglass {

/// y = x, of shape `output`; a flat shape {n} is what "flatten" gives.
class Reshape : public Layer {
 public:
  /// Throws Error(kUsage) where the shapes do not hold as many values.
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
