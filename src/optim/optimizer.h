#pragma once
// Rules that turn a gradient into a step. They see flat buffers, never layers.

#include <cstdint>
#include <memory>
#include <span>

#include "hourglass/config.h"

namespace hourglass {

/// One optimizer. The buffers it keeps between steps ("moments") belong to the caller, who stores and restores them;
/// what it holds itself follows from the step number alone, so a resumed run goes on as if never stopped.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// Flat buffers it needs, each as long as the parameters and zero before the first step.
  virtual int num_moments() const = 0;

  /// Prepares step number `step`, from 1, with its learning rate. Not to be called while update() runs.
  virtual void begin_step(int64_t step, double learning_rate) = 0;

  /// Updates params[n] from diff[n] and moments[i][n]. Any number of workers may call it on disjoint ranges.
  virtual void update(int64_t n, const float* diff, std::span<float* const> moments, float* params) const = 0;
};

/// The optimizer that config.optimizer names. Throws Error(kUsage) for an unknown one, and for lbfgs, which is no rule
/// for a step but a solver; see lbfgs.h.
std::unique_ptr<Optimizer> make_optimizer(const TrainConfig& config);

}  // namespace hourglass
