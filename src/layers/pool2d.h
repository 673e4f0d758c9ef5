#pragma once
// Pooling layers for images.

#include "kernels/pooling.h"
#include "layers/layer.h"

namespace hourglass {

/// Maximum of each window of an image {h, w, c}, per channel:
///   y[i, j, c] = max over 0 <= m, n < kernel of x[stride i + m, stride j + n, c].
/// Output sizes: (size - kernel) / stride + 1, rounded down. The gradient goes to the first of equal values.
class MaxPool2d : public Layer {
 public:
  /// Throws Error(kUsage) if the input is not an image, the kernel does not fit into it, or a size is below 1.
  MaxPool2d(const Shape& input, int64_t kernel, int64_t stride);

  const Shape& output_shape() const override { return output_shape_; }
  /// Index of each maximum in its window.
  int64_t saved_size() const override { return sizes_.out_size(); }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  Pool2dSizes sizes_;
  Shape output_shape_;
};

/// Mean of each window. The windows are those of MaxPool2d.
class AvgPool2d : public Layer {
 public:
  /// Throws Error(kUsage) if the input is not an image, the kernel does not fit into it, or a size is below 1.
  AvgPool2d(const Shape& input, int64_t kernel, int64_t stride);

  const Shape& output_shape() const override { return output_shape_; }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  Pool2dSizes sizes_;
  Shape output_shape_;
};

}  // namespace hourglass
