#include <algorithm>
#include <cmath>

#include "kernels/reference/reference.h"

namespace hourglass::reference {

double reconstruction_loss(ReconstructionLoss loss, Activation output, int64_t n, const float* logits,
                           const float* target, float scale, float* diff) {
  double total = 0;
  for (int64_t i = 0; i < n; ++i) {
    const double z = static_cast<double>(logits[i]), x = static_cast<double>(target[i]);
    double gradient = 0;
    if (loss == ReconstructionLoss::kMse) {
      const double y = activate(output, z);
      total += (y - x) * (y - x);
      gradient = 2 * (y - x) * derivative(output, needs_input(output) ? z : y);
    } else {
      total += std::max(z, 0.0) - x * z + std::log1p(std::exp(-std::abs(z)));
      gradient = activate(Activation::kSigmoid, z) - x;
    }
    if (diff) diff[i] = static_cast<float>(static_cast<double>(scale) * gradient);
  }
  return total;
}

double l1_penalty(int64_t n, const float* z, float scale, float* diff) {
  double total = 0;
  for (int64_t i = 0; i < n; ++i) {
    total += std::abs(static_cast<double>(z[i]));
    if (diff && z[i] != 0) diff[i] += z[i] > 0 ? scale : -scale;
  }
  return total;
}

}  // namespace hourglass::reference
