#pragma once
// Checks a layer in one call: shapes, determinism, buffer bounds, and gradients against finite differences (like dlib's
// test_layer).

#include <gtest/gtest.h>

#include "layers/layer.h"

namespace hourglass {

/// Runs `layer` on `rows` random rows of `in` values. The loss is the sum of the outputs with fixed random weights,
/// because a plain sum hides errors that cancel. Fails if
///   - initialize() leaves part of an array unset, or forward() reads or writes out of bounds
///   - a second forward pass gives a different result
///   - backward() leaves a gradient unset or writes out of bounds
///   - the gradient of x or of a parameter differs from the finite difference by more than 0.2 % of the largest
///     gradient in its array
///   - the parameters' gradients change if the gradient of x is not requested
testing::AssertionResult check_layer(const Layer& layer, int64_t in, int64_t rows, uint64_t seed);

}  // namespace hourglass
