#pragma once
// Reconstruction losses, fused with the output activation, and the penalty on latents.

#include <cstdint>

#include "kernels/activation.h"

namespace hourglass {

/// mse: (y - x)^2. bce: -x ln y - (1 - x) ln(1 - y), computed from the logits.
/// gaussian: see kernels/gaussian.h.
enum class ReconstructionLoss { kMse, kBce, kGaussian };

/// For kMse and kBce: returns the unscaled sum of the loss over all values, with y = f(logits) and targets x, all [n].
/// If `diff` is not null, diff[n] = scale * dloss/dlogits; diff and logits can be the same array.
/// kBce ignores `output` and treats the logits as those of a sigmoid:
///   loss = max(z, 0) - x z + ln(1 + e^-|z|), dloss/dz = sigmoid(z) - x.
double reconstruction_loss(ReconstructionLoss loss, Activation output, int64_t n, const float* logits,
                           const float* target, float scale, float* diff);

/// Returns the sum of |z| over z[n]. If `diff` is not null, diff[n] += scale * sign(z), with sign(0) = 0.
double l1_penalty(int64_t n, const float* z, float scale, float* diff);

}  // namespace hourglass
