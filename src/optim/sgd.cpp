#include "optim/sgd.h"

namespace hourglass {

Sgd::Sgd(double learning_rate, double momentum, bool nesterov)
    : step_{static_cast<float>(learning_rate), static_cast<float>(momentum), nesterov} {}

void Sgd::update(int64_t n, const float* diff, std::span<float* const> moments, float* params) const {
  sgd_update(step_, n, diff, moments.empty() ? nullptr : moments[0], params);
}

}  // namespace hourglass
