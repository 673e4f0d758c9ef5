#pragma once
// The size of the latent as a separate option.

#include "hourglass/config.h"

namespace hourglass {

/// Applies latent_dim to the layers of `config`: to N in "gaussian N", else to N in the last "linear N" or "lstm N
/// last" of the encoder. Only layers that keep the width can follow it. Unchanged if latent_dim is 0. Throws
/// Error(kUsage) if there is no such layer.
ModelConfig with_latent_dim(ModelConfig config);

}  // namespace hourglass
