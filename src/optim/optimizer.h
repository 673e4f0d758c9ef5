#pragma once
// Optimizers. They work on flat buffers and do not know layers.

#include <cstdint>
#include <memory>
#include <span>

#include "hourglass/config.h"

namespace hourglass {

/// An optimizer. The caller owns the buffers that it needs between steps ("moments"), and saves and restores them. All
/// other state depends only on the step number, so a resumed run gives the same results as an uninterrupted one.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// Number of moment buffers. Each is as long as the parameters and zero before the first step.
  virtual int num_moments() const = 0;

  /// Starts step number `step` (from 1) with its learning rate. Must not be called while update() runs.
  virtual void begin_step(int64_t step, double learning_rate) = 0;

  /// Updates params[n] from diff[n] and moments[i][n]. Any number of workers can call it on disjoint ranges.
  virtual void update(int64_t n, const float* diff, std::span<float* const> moments, float* params) const = 0;
};

/// Returns the optimizer with the name config.optimizer. Throws Error(kUsage) for an unknown name and for lbfgs, which
/// is not a step rule but a solver (see lbfgs.h).
std::unique_ptr<Optimizer> make_optimizer(const TrainConfig& config);

}  // namespace hourglass
