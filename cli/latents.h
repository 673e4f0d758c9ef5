#pragma once
// Latents that commands draw, and images that they start from.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "hourglass/autoencoder.h"
#include "hourglass/tensor.h"
#include "run_arguments.h"

namespace hourglass::cli {

struct DrawnLatents {
  Tensor latents;
  std::string from;  ///< "the prior", in words
};

/// --from, --components and --seed: the density that latents are drawn from.
class LatentSource {
 public:
  explicit LatentSource(CLI::App& app);
  /// The prior for a Gaussian latent, else a mixture fitted on latents of the training part; or as --from says.
  /// Throws Error(kUsage) where a plain latent is asked for its prior.
  DrawnLatents draw(const RunArguments& run, const Autoencoder& model, int64_t count) const;

 private:
  std::string from_ = "auto";
  int64_t components_ = 75;
  uint64_t seed_ = 1;
};

}  // namespace hourglass::cli
