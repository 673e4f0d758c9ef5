#include "hourglass/loss.h"

#include <numeric>

#include "model/network.h"

namespace hourglass {

const char* name(LossTerm term) {
  constexpr const char* kNames[kNumLossTerms] = {"reconstruction", "categories", "weight_l1", "weight_l2",
                                                 "latent_l1",      "latent_kl",  "kl"};
  return kNames[static_cast<size_t>(term)];
}

double Loss::total() const { return std::accumulate(terms.begin(), terms.end(), 0.0); }

std::vector<LossTerm> objective_terms(const Autoencoder& model) {
  const ObjectiveConfig& objective = model.config().objective;
  std::vector<LossTerm> terms = {LossTerm::kReconstruction};
  if (!model.network().categories().empty()) terms.push_back(LossTerm::kCategories);
  if (objective.weight_l1 > 0) terms.push_back(LossTerm::kWeightL1);
  if (objective.weight_l2 > 0) terms.push_back(LossTerm::kWeightL2);
  if (objective.latent_l1 > 0) terms.push_back(LossTerm::kLatentL1);
  if (objective.latent_kl_beta > 0) terms.push_back(LossTerm::kLatentKl);
  if (model.network().is_gaussian()) terms.push_back(LossTerm::kKl);
  return terms;
}

std::string loss_scale(const ObjectiveConfig& objective) {
  return objective.reduction == "sum" ? "sum per sample" : "mean per value";
}

}  // namespace hourglass
