#pragma once
// The objective, every term by itself.

#include <array>
#include <cstddef>

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
};

}  // namespace hourglass
