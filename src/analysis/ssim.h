#pragma once
// Conditions of structural similarity; the function itself is in hourglass/metrics.h.

#include "hourglass/tensor.h"

namespace hourglass {

inline constexpr int64_t kSsimWindow = 11;

/// Returns whether samples of this shape are images at least as large as the window.
inline bool ssim_fits(const Shape& shape) {
  return shape.size() == 3 && shape[0] >= kSsimWindow && shape[1] >= kSsimWindow;
}

}  // namespace hourglass
