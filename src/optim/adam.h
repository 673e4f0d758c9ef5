#pragma once

#include "kernels/optimizer.h"
#include "optim/optimizer.h"

namespace hourglass {

/// Adam (Kingma, Ba 2015) and, with weight_decay above 0, AdamW (Loshchilov, Hutter 2019). As in PyTorch the decay
/// applies to all parameters, including biases. See adam_update for the formula.
class Adam : public Optimizer {
 public:
  Adam(double beta1, double beta2, double epsilon, double weight_decay);

  int num_moments() const override { return 2; }
  void begin_step(int64_t step, double learning_rate) override;
  void update(int64_t n, const float* diff, std::span<float* const> moments, float* params) const override;

 private:
  double weight_decay_;
  AdamStep step_;
};

}  // namespace hourglass
