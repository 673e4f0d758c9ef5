#pragma once
// Batch normalisation.

#include "layers/layer.h"

namespace hourglass {

/// Each feature made mean 0 and variance 1 over the batch (Ioffe, Szegedy 2015), then scaled and shifted:
///   y = weight (x - mean) / sqrt(variance + 1e-5) + bias.
/// A feature is a value of a flat row, or a channel of an image {h, w, c}: the last size of the shape. In training mean
/// and population variance are those of the whole batch, summed over the workers by pass.exchange (null: this worker
/// holds the batch); in inference they are the running ones. backward() is that of training; what it leaves for the
/// running statistics is the batch's mean and unbiased variance, the same at every worker.
class BatchNorm : public Layer {
 public:
  explicit BatchNorm(Shape shape);

  const Shape& output_shape() const override { return shape_; }
  /// weight, bias, running_mean, running_var, each [features].
  std::vector<ParameterSpec> parameters() const override;
  /// weight and running_var 1, bias and running_mean 0, whatever the initializer.
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
  int64_t positions_;  // values of a feature in a row
};

}  // namespace hourglass
