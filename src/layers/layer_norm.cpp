#include "layers/layer_norm.h"

#include <algorithm>

#include "kernels/normalization.h"

namespace hourglass {
namespace {

enum Parameter : size_t { kWeight, kBias };

constexpr float kEpsilon = 1e-5f;

}  // namespace

LayerNorm::LayerNorm(Shape shape) : shape_(std::move(shape)), size_(num_elements(shape_)) {}

std::vector<ParameterSpec> LayerNorm::parameters() const {
  return {{"weight", {size_}, ParameterKind::kOther}, {"bias", {size_}, ParameterKind::kOther}};
}

void LayerNorm::initialize(size_t index, const std::string&, std::span<float> values, RandomStream&) const {
  std::ranges::fill(values, index == kWeight ? 1.0f : 0.0f);
}

void LayerNorm::forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
                        const LayerBuffers& buffers) const {
  layer_norm_forward(pass.rows, size_, kEpsilon, x, params[kWeight], params[kBias], y, buffers.saved);
}

void LayerNorm::backward(const Pass& pass, std::span<const float* const> params, const float* x, const float*,
                         const LayerBuffers& buffers, float* diff_y, float* diff_x,
                         std::span<float* const> diff_params) const {
  layer_norm_backward(pass.rows, size_, x, buffers.saved, params[kWeight], diff_y, diff_x, diff_params[kWeight],
                      diff_params[kBias]);
}

}  // namespace hourglass
