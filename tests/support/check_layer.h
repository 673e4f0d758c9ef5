#pragma once
// One call that checks a layer: its shapes, that it is deterministic and stays inside its buffers, and its gradients
// against finite differences (after dlib's test_layer).

#include <gtest/gtest.h>

#include "layers/layer.h"

namespace hourglass {

/// Runs `layer` on `rows` random rows of `in` values. The outputs are reduced with fixed random weights: a plain sum
/// hides errors that cancel. Fails where
///   - initialize() leaves part of an array unset, or forward() reads or writes past the shapes it declares
///   - a second forward pass gives other bits
///   - backward() leaves a gradient unset or writes past its shape
///   - the gradient of x or of a parameter differs from the finite difference by 0.2 % of its array's largest
///   - the parameters' gradients change where that of x is not asked for
testing::AssertionResult check_layer(const Layer& layer, int64_t in, int64_t rows, uint64_t seed);

}  // namespace hourglass
