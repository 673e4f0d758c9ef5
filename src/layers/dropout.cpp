#include "layers/dropout.h"

#include <fmt/format.h>

#include <algorithm>

#include "hourglass/error.h"
#include "kernels/noise.h"

namespace hourglass {

Dropout::Dropout(Shape shape, float rate, uint32_t number)
    : shape_(std::move(shape)), size_(num_elements(shape_)), rate_(rate), number_(number) {
  if (!(rate >= 0 && rate < 1))
    throw Error(ErrorKind::kUsage, fmt::format("dropout: rate is {}, but must be at least 0 and below 1.", rate));
}

// The backward pass draws the mask again, which costs less than saving it.
void Dropout::apply(const Pass& pass, const float* from, float* to) const {
  if (pass.training)
    dropout({pass.seed, RandomPurpose::kDropout, number_, pass.step}, pass.first_row, pass.rows, size_, rate_, from,
            to);
  else
    std::copy_n(from, pass.rows * size_, to);
}

void Dropout::forward(const Pass& pass, std::span<const float* const>, const float* x, float* y,
                      const LayerBuffers&) const {
  apply(pass, x, y);
}

void Dropout::backward(const Pass& pass, std::span<const float* const>, const float*, const float*, const LayerBuffers&,
                       float* diff_y, float* diff_x, std::span<float* const>) const {
  if (diff_x) apply(pass, diff_y, diff_x);
}

}  // namespace hourglass
