#pragma once
// The size of the latent as an option of its own.

#include "hourglass/config.h"

namespace hourglass {

/// `config` with latent_dim written into its layers: the N of "gaussian N", else that of the encoder's last "linear N"
/// or "lstm N last", behind which only layers that keep the width may stand. As it is where latent_dim is 0.
/// Throws Error(kUsage) where no layer decides the width.
ModelConfig with_latent_dim(ModelConfig config);

}  // namespace hourglass
