#pragma once
// Upsampling of images by repeating pixels.

#include "kernels/pooling.h"
#include "layers/layer.h"

namespace hourglass {

/// Upsamples an image {h, w, c} to {factor h, factor w, c} by nearest neighbors: y[i, j, c] = x[i / factor, j / factor,
/// c], rounded down. The gradient of a pixel is the sum over its copies.
class Upsample2d : public Layer {
 public:
  /// Throws Error(kUsage) if the input is not an image or the factor is below 1.
  Upsample2d(const Shape& input, int64_t factor);

  const Shape& output_shape() const override { return output_shape_; }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  Upsample2dSizes sizes_;
  Shape output_shape_;
};

}  // namespace hourglass
