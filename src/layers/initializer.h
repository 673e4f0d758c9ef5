#pragma once
// The distributions initial weights are drawn from, named after their sources.

#include <cstdint>
#include <span>
#include <string>

#include "core/random.h"
#include "kernels/activation.h"

namespace hourglass {

/// kGlorotUniform  uniform in +-sqrt(6 / (fan_in + fan_out))    (Glorot, Bengio 2010; also the rule of system E)
/// kGlorotNormal   normal, variance 2 / (fan_in + fan_out)      (Glorot, Bengio 2010)
/// kHeUniform      uniform in +-sqrt(6 / fan_in)                (He, Zhang, Ren, Sun 2015)
/// kHeNormal       normal, variance 2 / fan_in                  (He, Zhang, Ren, Sun 2015)
/// kTorchUniform   uniform in +-1 / sqrt(fan_in), biases too    (the default of PyTorch's linear layer)
/// All but the last set biases to 0.
enum class Initializer { kGlorotUniform, kGlorotNormal, kHeUniform, kHeNormal, kTorchUniform };

/// From its name in a config; "auto" is He's uniform before a function of the ReLU kind (relu, leaky_relu, elu, gelu,
/// softplus) and Glorot's uniform before any other. Throws Error(kUsage) for an unknown name.
Initializer initializer_for(const std::string& name, Activation activation);

/// Fills a weight array.
void initialize_weights(Initializer initializer, int64_t fan_in, int64_t fan_out, std::span<float> weights,
                        RandomStream& random);
/// Fills a bias array.
void initialize_biases(Initializer initializer, int64_t fan_in, std::span<float> biases, RandomStream& random);

}  // namespace hourglass
