#include "layers/gaussian_latent.h"

#include "kernels/gaussian.h"
#include "kernels/matmul.h"
#include "kernels/noise.h"
#include "layers/initializer.h"

namespace hourglass {
namespace {

enum Parameter : size_t { kWeight, kBias };

}  // namespace

GaussianLatent::GaussianLatent(const Shape& input, int64_t n, uint32_t number)
    : in_(num_elements(input)), n_(n), number_(number), output_shape_{n} {}

std::vector<ParameterSpec> GaussianLatent::parameters() const {
  return {{"weight", {in_, 2 * n_}, ParameterKind::kWeight}, {"bias", {2 * n_}, ParameterKind::kOther}};
}

void GaussianLatent::initialize(size_t index, const std::string& initializer, std::span<float> values,
                                RandomStream& random) const {
  const Initializer rule = initializer_for(initializer, Activation::kIdentity);
  if (index == kWeight)
    initialize_weights(rule, in_, n_, values, random);
  else
    initialize_biases(rule, in_, values, random);
}

void GaussianLatent::forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
                             const LayerBuffers& buffers) const {
  float* statistics = buffers.saved;
  float* noise = statistics + pass.rows * 2 * n_;
  matmul(pass.rows, 2 * n_, in_, x, params[kWeight], statistics, {params[kBias]});
  if (pass.sampled)
    fill_normal({pass.seed, RandomPurpose::kLatentNoise, number_, pass.step}, pass.first_row, pass.rows, n_, noise);
  gaussian_sample(pass.rows, n_, statistics, pass.sampled ? noise : nullptr, y);
}

void GaussianLatent::backward(const Pass& pass, std::span<const float* const> params, const float* x, const float*,
                              const LayerBuffers& buffers, float* diff_y, float* diff_x,
                              std::span<float* const> diff_params) const {
  const float* statistics = buffers.saved;
  const float* noise = statistics + pass.rows * 2 * n_;
  float* diff_statistics = buffers.scratch;
  gaussian_backward(pass.rows, n_, statistics, pass.sampled ? noise : nullptr, diff_y, pass.kl_scale, pass.free_nats,
                    diff_statistics);
  activation_backward(Activation::kIdentity, pass.rows, 2 * n_, nullptr, diff_statistics, diff_params[kBias]);
  if (diff_x) matmul_nt(pass.rows, in_, 2 * n_, diff_statistics, params[kWeight], diff_x);
  matmul_tn(in_, 2 * n_, pass.rows, x, diff_statistics, diff_params[kWeight]);
}

}  // namespace hourglass
