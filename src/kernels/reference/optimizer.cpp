#include <cmath>

#include "kernels/reference/reference.h"

namespace hourglass::reference {

void sum_gradients(std::span<const float* const> parts, int64_t n, float* diff) {
  for (int64_t i = 0; i < n; ++i) {
    double sum = 0;
    for (const float* part : parts) sum += static_cast<double>(part[i]);
    diff[i] = static_cast<float>(sum);
  }
}

WeightSums weight_penalty(int64_t n, const float* w, float l1, float l2, float* diff) {
  WeightSums sums;
  for (int64_t i = 0; i < n; ++i) {
    const double value = static_cast<double>(w[i]);
    const double sign = value > 0 ? 1 : value < 0 ? -1 : 0;
    sums.l1 += std::abs(value);
    sums.l2 += value * value;
    diff[i] = static_cast<float>(static_cast<double>(diff[i]) + static_cast<double>(l1) * sign +
                                 2 * static_cast<double>(l2) * value);
  }
  return sums;
}

void sgd_update(const SgdStep& step, int64_t n, const float* diff, float* velocity, float* w) {
  const double momentum = static_cast<double>(step.momentum);
  for (int64_t i = 0; i < n; ++i) {
    const double g = static_cast<double>(diff[i]);
    double direction = g;
    if (step.momentum != 0) {
      const double v = momentum * static_cast<double>(velocity[i]) + g;
      velocity[i] = static_cast<float>(v);
      direction = step.nesterov ? g + momentum * v : v;
    }
    w[i] = static_cast<float>(static_cast<double>(w[i]) - static_cast<double>(step.learning_rate) * direction);
  }
}

void adam_update(const AdamStep& step, int64_t n, const float* diff, float* m, float* v, float* w) {
  for (int64_t i = 0; i < n; ++i) {
    const double g = static_cast<double>(diff[i]);
    const double first = step.beta1 * static_cast<double>(m[i]) + (1 - step.beta1) * g;
    const double second = step.beta2 * static_cast<double>(v[i]) + (1 - step.beta2) * g * g;
    m[i] = static_cast<float>(first);
    v[i] = static_cast<float>(second);
    w[i] = static_cast<float>(
        static_cast<double>(w[i]) * (1 - static_cast<double>(step.decay)) -
        static_cast<double>(step.step_size) * first /
            (std::sqrt(second) / static_cast<double>(step.root_correction) + static_cast<double>(step.epsilon)));
  }
}

}  // namespace hourglass::reference
