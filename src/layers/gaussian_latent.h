#pragma once
// Latent of a variational autoencoder.

#include "layers/layer.h"

namespace hourglass {

/// [mu, log_var] = x W + b with W[in, 2 n];  z = mu + e^(log_var / 2) noise with standard normal noise if
/// pass.sampled, else z = mu (Kingma, Welling 2014, the reparameterization trick). backward() adds pass.kl_scale times
/// the gradient of KL(N(mu, e^log_var) || N(0, 1)). The objective computes this KL from the saved statistics.
class GaussianLatent : public Layer {
 public:
  GaussianLatent(const Shape& input, int64_t n, uint32_t number);

  const Shape& output_shape() const override { return output_shape_; }
  std::vector<ParameterSpec> parameters() const override;
  void initialize(size_t index, const std::string& initializer, std::span<float> values,
                  RandomStream& random) const override;
  bool draws_noise() const override { return true; }
  /// statistics[rows, 2 n], then noise[rows, n].
  int64_t saved_size() const override { return 3 * n_; }
  int64_t scratch_size(int64_t rows) const override { return rows * 2 * n_; }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  int64_t in_, n_;
  uint32_t number_;
  Shape output_shape_;
};

}  // namespace hourglass
