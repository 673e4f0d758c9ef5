#pragma once
// The objective, every term by itself.

#include <array>
#include <cstddef>
#include <cstdint>

#include "hourglass/config.h"

namespace hourglass {

/// The terms of the objective, each already multiplied by its weight.
enum class LossTerm { kReconstruction, kWeightL1, kWeightL2, kLatentL1, kLatentKl, kKl };
inline constexpr int kNumLossTerms = 6;
/// "reconstruction", "weight_l1", "weight_l2", "latent_l1", "latent_kl" (sparsity), "kl" (of a Gaussian latent).
const char* name(LossTerm term);

/// The objective, every term by itself.
struct Loss {
  std::array<double, kNumLossTerms> terms{};
  double& operator[](LossTerm term) { return terms[static_cast<size_t>(term)]; }
  double operator[](LossTerm term) const { return terms[static_cast<size_t>(term)]; }
  double total() const;
  /// Every term times `factor`.
  Loss scaled(double factor) const;
};

/// Factors from the objective as it is minimised to the two usual scales. The other terms keep their weight beside the
/// reconstruction, whichever the scale.
struct LossScales {
  double per_pixel = 1;  ///< the reconstruction loss is the mean over the values of a sample
  double per_image = 1;  ///< it is their sum
};
LossScales loss_scales(const ObjectiveConfig& config, int64_t sample_dim);

}  // namespace hourglass
