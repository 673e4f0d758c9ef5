#include "layers/linear.h"

#include "kernels/matmul.h"
#include "layers/initializer.h"

namespace hourglass {
namespace {

enum Parameter : size_t { kWeight, kBias };

}  // namespace

Linear::Linear(int64_t in, int64_t out) : in_(in), out_(out), output_shape_{out} {}

std::vector<ParameterSpec> Linear::parameters() const {
  return {{"weight", {in_, out_}, ParameterKind::kWeight}, {"bias", {out_}, ParameterKind::kOther}};
}

void Linear::initialize(size_t index, const std::string& initializer, std::span<float> values,
                        RandomStream& random) const {
  const Initializer rule = initializer_for(initializer, activation_);
  if (index == kWeight)
    initialize_weights(rule, in_, out_, values, random);
  else
    initialize_biases(rule, in_, values, random);
}

int Linear::product_parameter() const { return kWeight; }

bool Linear::fuse(Activation activation) {
  if (activation_ != Activation::kIdentity) return false;
  activation_ = activation;
  return true;
}

void Linear::forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
                     const LayerBuffers& buffers) const {
  const bool relu = activation_ == Activation::kRelu;
  float* z = saved_size() > 0 ? buffers.saved : y;
  matmul(pass.rows, out_, in_, x, params[kWeight], z, {params[kBias], relu});
  if (!relu && activation_ != Activation::kIdentity) activation_forward(activation_, pass.rows * out_, z, y);
}

void Linear::backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                      const LayerBuffers& buffers, float* diff_y, float* diff_x,
                      std::span<float* const> diff_params) const {
  activation_backward(activation_, pass.rows, out_, saved_size() > 0 ? buffers.saved : y, diff_y, diff_params[kBias]);
  if (diff_x) matmul_nt(pass.rows, in_, out_, diff_y, params[kWeight], diff_x);
  if (!pass.defer_products) matmul_tn(in_, out_, pass.rows, x, diff_y, diff_params[kWeight]);
}

}  // namespace hourglass
