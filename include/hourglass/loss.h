#pragma once
// The objective, with every term separate.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/config.h"

namespace hourglass {

/// The terms of the objective, each already multiplied by its weight.
enum class LossTerm { kReconstruction, kCategories, kWeightL1, kWeightL2, kLatentL1, kLatentKl, kKl };
inline constexpr int kNumLossTerms = 7;
/// "reconstruction", "categories" (their cross-entropy), "weight_l1", "weight_l2", "latent_l1", "latent_kl" (sparsity),
/// "kl" (of a Gaussian latent).
const char* name(LossTerm term);

/// Values of the terms: means over samples. The reconstruction is the mean or sum over the values of a sample, as
/// objective.reduction says; a category counts as one value, and its cross-entropy is a term of its own.
struct Loss {
  std::array<double, kNumLossTerms> terms{};
  double& operator[](LossTerm term) { return terms[static_cast<size_t>(term)]; }
  double operator[](LossTerm term) const { return terms[static_cast<size_t>(term)]; }
  double total() const;
};

/// The terms of the objective of a model: the reconstruction; categories, if the samples have some; penalties with a
/// weight above 0; with a Gaussian latent, kl.
std::vector<LossTerm> objective_terms(const class Autoencoder& model);

/// "mean per value" or "sum per sample": the scale of the reconstruction loss.
std::string loss_scale(const ObjectiveConfig& objective);

}  // namespace hourglass
