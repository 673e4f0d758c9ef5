#include "layers/upsample2d.h"

#include <fmt/format.h>

#include "hourglass/error.h"

namespace hourglass {
namespace {

Upsample2dSizes upsample_sizes(const Shape& input, int64_t factor) {
  if (input.size() != 3)
    throw Error(ErrorKind::kUsage,
                fmt::format("upsample2d needs an image of height x width x channels, but its input is "
                            "{}. Put 'reshape HxWxC' before it.",
                            to_string(input)));
  if (factor < 1) throw Error(ErrorKind::kUsage, fmt::format("upsample2d: factor {} must be at least 1.", factor));
  return {input[0], input[1], input[2], factor};
}

}  // namespace

Upsample2d::Upsample2d(const Shape& input, int64_t factor)
    : sizes_(upsample_sizes(input, factor)), output_shape_{input[0] * factor, input[1] * factor, input[2]} {}

void Upsample2d::forward(const Pass& pass, std::span<const float* const>, const float* x, float* y,
                         const LayerBuffers&) const {
  upsample2d_forward(sizes_, pass.rows, x, y);
}

void Upsample2d::backward(const Pass& pass, std::span<const float* const>, const float*, const float*,
                          const LayerBuffers&, float* diff_y, float* diff_x, std::span<float* const>) const {
  if (diff_x) upsample2d_backward(sizes_, pass.rows, diff_y, diff_x);
}

}  // namespace hourglass
