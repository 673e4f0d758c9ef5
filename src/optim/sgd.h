#pragma once

#include "kernels/optimizer.h"
#include "optim/optimizer.h"

namespace hourglass {

/// Stochastic gradient descent with optional momentum or Nesterov momentum. See sgd_update for the formula.
class Sgd : public Optimizer {
 public:
  Sgd(double momentum, bool nesterov);

  int num_moments() const override { return step_.momentum != 0 ? 1 : 0; }
  void begin_step(int64_t step, double learning_rate) override;
  void update(int64_t n, const float* diff, std::span<float* const> moments, float* params) const override;

 private:
  SgdStep step_;
};

}  // namespace hourglass
