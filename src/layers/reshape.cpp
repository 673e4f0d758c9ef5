#include "layers/reshape.h"

#include <fmt/format.h>

#include <algorithm>

#include "hourglass/error.h"

namespace hourglass {

Reshape::Reshape(const Shape& input, Shape output)
    : output_shape_(std::move(output)), size_(num_elements(output_shape_)) {
  if (num_elements(input) != size_)
    throw Error(ErrorKind::kUsage, fmt::format("reshape {}: this shape has {} values, but the input {} has {}.",
                                               to_string(output_shape_), size_, to_string(input), num_elements(input)));
}

void Reshape::forward(const Pass& pass, std::span<const float* const>, const float* x, float* y,
                      const LayerBuffers&) const {
  std::copy_n(x, pass.rows * size_, y);
}

void Reshape::backward(const Pass& pass, std::span<const float* const>, const float*, const float*, const LayerBuffers&,
                       float* diff_y, float* diff_x, std::span<float* const>) const {
  if (diff_x) std::copy_n(diff_y, pass.rows * size_, diff_x);
}

}  // namespace hourglass
