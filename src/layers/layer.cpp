#include "layers/layer.h"

#include <algorithm>

namespace hourglass {

bool Layer::fuse(Activation) { return false; }

int64_t Layer::scratch_size(int64_t) const { return 0; }

void Layer::initialize(size_t, const std::string&, std::span<float> values, RandomStream&) const {
  std::fill(values.begin(), values.end(), 0.0f);
}

}  // namespace hourglass
