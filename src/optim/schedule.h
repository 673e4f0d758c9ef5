#pragma once
// Learning-rate schedules.

#include <cstdint>

#include "hourglass/config.h"

namespace hourglass {

/// Number of steps in an epoch over `samples` samples. A step uses `accumulate` batches, or all samples (batch size 0).
int64_t steps_per_epoch(const TrainConfig& config, int64_t samples);

/// Position of a step in a run.
struct ScheduleState {
  int64_t step = 0;  ///< from 0
  int64_t steps_per_epoch = 1;
  int64_t drops = 0;  ///< number of drops so far, for "plateau"
};

/// Returns the learning rate of a step: config.learning_rate times
///   constant     1
///   exponential  factor^floor(step / every), a staircase
///   step         factor^floor(epoch / every)
///   cosine       (1 + cos(pi step / steps of the whole run)) / 2 (Loshchilov, Hutter 2017, without restarts)
///   plateau      factor^drops
/// and, during the first warmup_epochs, times (step + 1) / steps of the warm-up (Goyal et al. 2017).
double scheduled_learning_rate(const TrainConfig& config, const ScheduleState& state);

}  // namespace hourglass
