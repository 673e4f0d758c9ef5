#pragma once
// Batch normalization.

#include "layers/layer.h"

namespace hourglass {

/// Normalizes each feature to mean 0 and variance 1 over the batch (Ioffe, Szegedy 2015), then scales and shifts it:
///   y = weight (x - mean) / sqrt(variance + 1e-5) + bias.
/// A feature is a value of a flat row or a channel of an image {h, w, c}: the last dimension of the shape. In training
/// the mean and population variance of the whole batch are used, summed over the workers by pass.exchange (null: this
/// worker has the whole batch). In inference the running statistics are used. backward() is for training only. Its
/// "gradients" of the running statistics are the mean and unbiased variance of the batch, equal on all workers.
class BatchNorm : public Layer {
 public:
  explicit BatchNorm(Shape shape);

  const Shape& output_shape() const override { return shape_; }
  /// Returns weight, bias, running_mean and running_var, each [features].
  std::vector<ParameterSpec> parameters() const override;
  /// Sets weight and running_var to 1, bias and running_mean to 0. Ignores the initializer.
  void initialize(size_t index, const std::string& initializer, std::span<float> values,
                  RandomStream& random) const override;
  int64_t scratch_size(int64_t rows) const override;
  int64_t exchange_size() const override;
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  Shape shape_;
  int64_t features_;
  int64_t positions_;  // values per feature in a row
};

}  // namespace hourglass
