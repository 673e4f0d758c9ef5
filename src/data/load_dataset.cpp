#include "data/named_sets.h"
#include "hourglass/dataset.h"

namespace hourglass {

std::vector<std::string> dataset_names() {
  std::vector<std::string> names;
  for (const NamedSet& set : named_sets()) names.push_back(set.name);
  return names;
}

DataParts load_dataset(const DataConfig& config, const Context& context) {
  return split(load_named_set(named_set(config.name), config, context), config, context);
}

}  // namespace hourglass
