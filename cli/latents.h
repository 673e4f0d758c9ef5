#pragma once
// The latents that `sample` decodes.

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
  explicit LatentSource(Arguments& arguments);
  /// Draws from the prior of a Gaussian latent, otherwise from a mixture fitted on latents of the training set, unless
  /// --from says which. Throws Error(kUsage) for the prior of a plain latent, and for an argument that has no effect.
  DrawnLatents draw(const RunArguments& run, const Autoencoder& model, int64_t count) const;

 private:
  std::string from_ = "auto";
  int64_t components_ = 75;
  uint64_t seed_ = 1;
};

}  // namespace hourglass::cli
