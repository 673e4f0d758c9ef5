#pragma once
// Categories: groups of values that are probabilities together, and their cross-entropy.

#include <cstdint>
#include <span>

#include "hourglass/value_range.h"

namespace hourglass {

/// Writes the softmax of each group of the logits to y: y_k = e^z_k / sum of e^z over the group. Both are [rows, dim];
/// other values of y are not changed. y and logits can be the same array.
void softmax(int64_t rows, int64_t dim, std::span<const ValueGroup> groups, const float* logits, float* y);

/// Returns the sum over rows and groups of the cross-entropy -sum of x_k ln y_k, with y the softmax of the logits and
/// targets x. A group whose targets are all 0, a missing category, adds nothing. All arrays are [rows, dim]. If `diff`
/// is not null, diff = scale * dloss/dlogits = scale * (y_k sum of x - x_k) in the groups; other values are not
/// changed. diff and logits can be the same array.
double softmax_cross_entropy(int64_t rows, int64_t dim, std::span<const ValueGroup> groups, const float* logits,
                             const float* target, float scale, float* diff);

}  // namespace hourglass
