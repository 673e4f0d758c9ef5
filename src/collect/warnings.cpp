#include "collect/collect.h"
#include "core/text.h"
#include "hourglass/latent_statistics.h"
#include "model/network.h"

namespace hourglass {

std::vector<std::string> collect_warnings(const Subject& subject) {
  return latent_warnings(latent_statistics(subject.model, subject.data.test, subject.context),
                         subject.model.network().is_gaussian(), "test " + samples_noun(subject.model.sample_shape()));
}

}  // namespace hourglass
