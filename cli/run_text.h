#pragma once
// What a run minimises and how, in words. Only what is switched on is named.

#include <string>

#include "hourglass/config.h"

namespace hourglass::cli {

/// "mse + 1e-05 weight_l2 + 0.1 latent_kl (rho 0.05)"; the kl is named where `has_kl`: the latent is Gaussian.
std::string objective_text(const ObjectiveConfig& objective, bool has_kl);
/// "adam at 0.001" or "lbfgs of 50 iterations an epoch".
std::string optimizer_text(const TrainConfig& train);
/// "batches of 64", "4 batches of 64 a step" or "the whole training part in a step".
std::string batch_text(const TrainConfig& train);
/// "exponential, times 0.96 every 10,000 steps", or "" for a constant learning rate.
std::string schedule_text(const TrainConfig& train);
/// "after 5 epochs without a validation loss lower by 0.001, with the weights of the best", or "".
std::string patience_text(const TrainConfig& train);
/// "gradients to a norm of 5", or "".
std::string clipping_text(const TrainConfig& train);

}  // namespace hourglass::cli
