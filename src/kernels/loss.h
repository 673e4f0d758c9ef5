#pragma once
// Reconstruction losses, taken together with the output activation, and the penalty on latents.

#include <cstdint>

#include "kernels/activation.h"

namespace hourglass {

/// mse: (y - x)^2. bce: -x ln y - (1 - x) ln(1 - y), computed from the logits.
/// gaussian: see kernels/gaussian.h.
enum class ReconstructionLoss { kMse, kBce, kGaussian };

/// kMse and kBce: with y = f(logits) and targets x, all [n]: returns the sum of the loss over all values, unscaled.
/// Where `diff` is not null: diff[n] = scale * dloss/dlogits; diff and logits may be the same array.
/// kBce takes the logits as those of a sigmoid, whatever `output` is:
///   loss = max(z, 0) - x z + ln(1 + e^-|z|), dloss/dz = sigmoid(z) - x.
double reconstruction_loss(ReconstructionLoss loss, Activation output, int64_t n, const float* logits,
                           const float* target, float scale, float* diff);

/// Returns the sum of |z| over z[n]. Where `diff` is not null: diff[n] += scale * sign(z), sign(0) being 0.
double l1_penalty(int64_t n, const float* z, float scale, float* diff);

}  // namespace hourglass
