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

}  // namespace hourglass
