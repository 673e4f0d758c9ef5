#pragma once
// Where structural similarity is defined; the function itself is in hourglass/metrics.h.

#include "hourglass/tensor.h"

namespace hourglass {

inline constexpr int64_t kSsimWindow = 11;

/// Whether samples of this shape are images that the window fits into.
inline bool ssim_fits(const Shape& shape) {
  return shape.size() == 3 && shape[0] >= kSsimWindow && shape[1] >= kSsimWindow;
}

}  // namespace hourglass
