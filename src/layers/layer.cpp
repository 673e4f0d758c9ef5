#include "layers/layer.h"

#include <algorithm>

namespace hourglass {

void Layer::initialize(size_t, const std::string&, std::span<float> values, RandomStream&) const {
  std::fill(values.begin(), values.end(), 0.0f);
}

}  // namespace hourglass
