#include "optim/sgd.h"

namespace hourglass {

Sgd::Sgd(double momentum, bool nesterov) : step_{0, static_cast<float>(momentum), nesterov} {}

void Sgd::begin_step(int64_t, double learning_rate) { step_.learning_rate = static_cast<float>(learning_rate); }

void Sgd::update(int64_t n, const float* diff, std::span<float* const> moments, float* params) const {
  sgd_update(step_, n, diff, moments.empty() ? nullptr : moments[0], params);
}

}  // namespace hourglass
