#include "optim/adam.h"

#include <cmath>

namespace hourglass {

Adam::Adam(double beta1, double beta2, double epsilon, double weight_decay) : weight_decay_(weight_decay), step_{} {
  step_.beta1 = beta1;
  step_.beta2 = beta2;
  step_.epsilon = static_cast<float>(epsilon);
}

void Adam::begin_step(int64_t step, double learning_rate) {
  const double t = static_cast<double>(step);
  step_.step_size = static_cast<float>(learning_rate / (1 - std::pow(step_.beta1, t)));
  step_.decay = static_cast<float>(learning_rate * weight_decay_);
  step_.root_correction = static_cast<float>(std::sqrt(1 - std::pow(step_.beta2, t)));
}

void Adam::update(int64_t n, const float* diff, std::span<float* const> moments, float* params) const {
  adam_update(step_, n, diff, moments[0], moments[1], params);
}

}  // namespace hourglass
