#include "layers/pool2d.h"

#include <fmt/format.h>

#include "hourglass/error.h"

namespace hourglass {
namespace {

Pool2dSizes pool_sizes(const char* layer, const Shape& input, int64_t kernel, int64_t stride) {
  if (input.size() != 3)
    throw Error(ErrorKind::kUsage,
                fmt::format("{} needs an image of height x width x channels, but its input is {}. Put "
                            "'reshape HxWxC' before it.",
                            layer, to_string(input)));
  if (kernel < 1 || stride < 1)
    throw Error(ErrorKind::kUsage,
                fmt::format("{}: kernel {} and stride {} must be at least 1.", layer, kernel, stride));
  if (input[0] < kernel || input[1] < kernel)
    throw Error(ErrorKind::kUsage, fmt::format("{}: kernel {} does not fit into {}. Use a smaller kernel.", layer,
                                               kernel, to_string(input)));
  return {input[0], input[1], input[2], kernel, stride};
}

Shape pooled(const Pool2dSizes& sizes) { return {sizes.out_height(), sizes.out_width(), sizes.channels}; }

}  // namespace

MaxPool2d::MaxPool2d(const Shape& input, int64_t kernel, int64_t stride)
    : sizes_(pool_sizes("max_pool2d", input, kernel, stride)), output_shape_(pooled(sizes_)) {}

void MaxPool2d::forward(const Pass& pass, std::span<const float* const>, const float* x, float* y,
                        const LayerBuffers& buffers) const {
  max_pool2d_forward(sizes_, pass.rows, x, y, buffers.saved);
}

void MaxPool2d::backward(const Pass& pass, std::span<const float* const>, const float*, const float*,
                         const LayerBuffers& buffers, float* diff_y, float* diff_x, std::span<float* const>) const {
  if (diff_x) max_pool2d_backward(sizes_, pass.rows, buffers.saved, diff_y, diff_x);
}

AvgPool2d::AvgPool2d(const Shape& input, int64_t kernel, int64_t stride)
    : sizes_(pool_sizes("avg_pool2d", input, kernel, stride)), output_shape_(pooled(sizes_)) {}

void AvgPool2d::forward(const Pass& pass, std::span<const float* const>, const float* x, float* y,
                        const LayerBuffers&) const {
  avg_pool2d_forward(sizes_, pass.rows, x, y);
}

void AvgPool2d::backward(const Pass& pass, std::span<const float* const>, const float*, const float*,
                         const LayerBuffers&, float* diff_y, float* diff_x, std::span<float* const>) const {
  if (diff_x) avg_pool2d_backward(sizes_, pass.rows, diff_y, diff_x);
}

}  // namespace hourglass
