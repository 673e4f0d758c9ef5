#include "collect/collect.h"
#include "core/text.h"
#include "hourglass/latent_statistics.h"
#include "model/network.h"

namespace hourglass {

std::vector<std::string> collect_warnings(const Subject& subject) {
  std::vector<std::string> warnings = latent_warnings(
      latent_statistics(subject.model, subject.data.test, subject.context), subject.model.network().is_gaussian(),
      (subject.has_test ? "test " : "training ") + std::string(samples_noun(subject.model.sample_shape())));
  if (!subject.has_test)
    warnings.emplace_back(
        "This run has no test set. The page shows samples of the training set, also where it says test.");
  return warnings;
}

}  // namespace hourglass
