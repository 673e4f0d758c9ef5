#include <limits>

#include "hourglass/error.h"
#include "hourglass/tensor.h"

namespace hourglass {

int64_t num_elements(const Shape& shape) {
  int64_t count = 1;
  for (int64_t size : shape) {
    if (size < 0) throw Error(ErrorKind::kUsage, "Shape " + to_string(shape) + " has a negative size.");
    if (size > 0 && count > std::numeric_limits<int64_t>::max() / size)
      throw Error(ErrorKind::kUsage, "Shape " + to_string(shape) + " has too many elements for a 64-bit count.");
    count *= size;
  }
  return count;
}

std::string to_string(const Shape& shape) {
  if (shape.empty()) return "scalar";
  std::string text;
  for (int64_t size : shape) {
    if (!text.empty()) text += 'x';
    text += std::to_string(size);
  }
  return text;
}

bool is_image(const Shape& sample_shape) {
  return sample_shape.size() == 3 && (sample_shape[2] == 1 || sample_shape[2] == 3);
}

Tensor::Tensor(Shape shape) : shape_(std::move(shape)) { data_.resize(static_cast<size_t>(num_elements(shape_))); }

Tensor::Tensor(Shape shape, std::span<const float> values) : shape_(std::move(shape)) {
  if (num_elements(shape_) != static_cast<int64_t>(values.size()))
    throw Error(ErrorKind::kUsage, "A tensor of " + to_string(shape_) + " has " + std::to_string(num_elements(shape_)) +
                                       " values; " + std::to_string(values.size()) + " were given.");
  data_.assign(values.begin(), values.end());
}

}  // namespace hourglass
