#include "hourglass/loss.h"

#include <array>
#include <numeric>

namespace hourglass {

const char* name(LossTerm term) {
  constexpr std::array<const char*, kNumLossTerms> kNames = {"reconstruction", "weight_l1", "weight_l2",
                                                             "latent_l1",      "latent_kl", "kl"};
  return kNames[static_cast<size_t>(term)];
}

double Loss::total() const { return std::accumulate(terms.begin(), terms.end(), 0.0); }

Loss Loss::scaled(double factor) const {
  Loss loss = *this;
  for (double& term : loss.terms) term *= factor;
  return loss;
}

LossScales loss_scales(const ObjectiveConfig& config, int64_t sample_dim) {
  const double dim = static_cast<double>(sample_dim);
  return config.reduction == "sum" ? LossScales{1 / dim, 1} : LossScales{1, dim};
}

}  // namespace hourglass
