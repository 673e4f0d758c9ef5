#pragma once
// Activation functions, forward and backward.

#include <cstdint>

namespace hourglass {

/// Activation functions of the layer grammar.
///   relu        max(0, x)
///   leaky_relu  x > 0 ? x : 0.01 x                     (Maas, Hannun, Ng 2013)
///   elu         x > 0 ? x : e^x - 1                    (Clevert, Unterthiner, Hochreiter 2015, alpha 1)
///   gelu        x / 2 (1 + erf(x / sqrt 2))            (Hendrycks, Gimpel 2016, the exact form)
///   tanh        tanh x
///   sigmoid     1 / (1 + e^-x)
///   softplus    ln(1 + e^x)
enum class Activation { kIdentity, kRelu, kLeakyRelu, kElu, kGelu, kTanh, kSigmoid, kSoftplus };

/// Returns true if the derivative is computed from the input x (gelu). All others use the output y.
inline bool needs_input(Activation activation) { return activation == Activation::kGelu; }

/// y[n] = f(x[n]); x and y can be the same array.
void activation_forward(Activation activation, int64_t n, const float* x, float* y);

/// diff[rows, columns] *= f'. `saved` has the same shape: the input x if needs_input(), else the output y.
/// diff_bias[columns] = sum of the new diff over the rows; null: not computed.
void activation_backward(Activation activation, int64_t rows, int64_t columns, const float* saved, float* diff,
                         float* diff_bias);

}  // namespace hourglass
