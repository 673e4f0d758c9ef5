#include "optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hourglass {
namespace {

double factor(const TrainConfig& config, const ScheduleState& state) {
  const auto drop = [&](int64_t times) { return std::pow(config.schedule_factor, static_cast<double>(times)); };
  if (config.schedule == "exponential") return drop(state.step / config.schedule_every);
  if (config.schedule == "step") return drop(state.step / state.steps_per_epoch / config.schedule_every);
  if (config.schedule == "plateau") return drop(state.drops);
  if (config.schedule == "cosine") {
    const double steps = static_cast<double>(config.epochs * state.steps_per_epoch);
    return (1 + std::cos(std::numbers::pi * static_cast<double>(state.step) / steps)) / 2;
  }
  return 1;
}

}  // namespace

int64_t steps_per_epoch(const TrainConfig& config, int64_t samples) {
  const int64_t rows = config.batch_size > 0 ? config.batch_size * config.accumulate : samples;
  return (samples + rows - 1) / rows;
}

double scheduled_learning_rate(const TrainConfig& config, const ScheduleState& state) {
  const double warmup_steps = config.warmup_epochs * static_cast<double>(state.steps_per_epoch);
  const double warmup = std::min(1.0, warmup_steps > 0 ? static_cast<double>(state.step + 1) / warmup_steps : 1.0);
  return config.learning_rate * factor(config, state) * warmup;
}

}  // namespace hourglass
