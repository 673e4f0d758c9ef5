#pragma once
// The preprocessing of a config as the gather kernel takes it.

#include "hourglass/config.h"
#include "kernels/gather.h"

namespace hourglass {

inline ByteTransform byte_transform(const DataConfig& config) {
  return {config.binarize >= 0, static_cast<float>(config.binarize)};
}

}  // namespace hourglass
