#pragma once
// The objective and the training options of a run as text. Only active options are named.

#include <string>

#include "hourglass/config.h"

namespace hourglass::cli {

/// "mse + 1e-05 weight_l2 + 0.1 latent_kl (rho 0.05)". `has_kl`: the latent is Gaussian, so kl is included.
std::string objective_text(const ObjectiveConfig& objective, bool has_kl);
/// "adam at 0.001" or "lbfgs with 50 iterations per epoch".
std::string optimizer_text(const TrainConfig& train);
/// "batches of 64", "4 batches of 64 per step" or "the whole training set per step".
std::string batch_text(const TrainConfig& train);
/// "exponential, times 0.96 every 10,000 steps", or "" for a constant learning rate.
std::string schedule_text(const TrainConfig& train);
/// "after 5 epochs without a validation loss lower by 0.001, with the weights of the best", or "".
std::string patience_text(const TrainConfig& train);
/// "gradients to a norm of 5", or "".
std::string clipping_text(const TrainConfig& train);

}  // namespace hourglass::cli
