#pragma once
// Distributions of initial weights, named after their sources.

#include <cstdint>
#include <span>
#include <string>

#include "core/random.h"
#include "kernels/activation.h"

namespace hourglass {

/// kGlorotUniform  uniform in +-sqrt(6 / (fan_in + fan_out))    (Glorot, Bengio 2010; also used by system E)
/// kGlorotNormal   normal, variance 2 / (fan_in + fan_out)      (Glorot, Bengio 2010)
/// kHeUniform      uniform in +-sqrt(6 / fan_in)                (He, Zhang, Ren, Sun 2015)
/// kHeNormal       normal, variance 2 / fan_in                  (He, Zhang, Ren, Sun 2015)
/// kTorchUniform   uniform in +-1 / sqrt(fan_in), biases too    (the default of PyTorch's linear layer)
/// All except the last set biases to 0.
enum class Initializer { kGlorotUniform, kGlorotNormal, kHeUniform, kHeNormal, kTorchUniform };

/// Returns the initializer with a name of the config. "auto" is kHeUniform before a ReLU-like activation (relu,
/// leaky_relu, elu, gelu, softplus) and kGlorotUniform before any other; so is "pca", for the weights that it leaves
/// (start_from_components). Throws Error(kUsage) for an unknown name.
Initializer initializer_for(const std::string& name, Activation activation);

/// Fills a weight array.
void initialize_weights(Initializer initializer, int64_t fan_in, int64_t fan_out, std::span<float> weights,
                        RandomStream& random);
/// Fills a bias array.
void initialize_biases(Initializer initializer, int64_t fan_in, std::span<float> biases, RandomStream& random);

}  // namespace hourglass
