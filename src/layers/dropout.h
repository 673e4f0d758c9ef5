#pragma once
// Dropout.

#include "layers/layer.h"

namespace hourglass {

/// Dropout (Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014), "inverted". In training each value becomes
/// 0 with probability `rate` and is divided by 1 - rate otherwise; the mask is new in every step. In inference y = x.
class Dropout : public Layer {
 public:
  /// `number` selects the noise stream. It must be unique among the dropout layers of a model.
  /// Throws Error(kUsage) unless 0 <= rate < 1.
  Dropout(Shape shape, float rate, uint32_t number);

  const Shape& output_shape() const override { return shape_; }
  bool draws_noise() const override { return rate_ > 0; }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  void apply(const Pass& pass, const float* from, float* to) const;

  Shape shape_;
  int64_t size_;
  float rate_;
  uint32_t number_;
};

}  // namespace hourglass
