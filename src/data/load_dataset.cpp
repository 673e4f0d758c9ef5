#include "data/data_path.h"
#include "data/load_path.h"
#include "data/named_sets.h"
#include "hourglass/dataset.h"

namespace hourglass {

std::vector<std::string> dataset_names() {
  std::vector<std::string> names;
  for (const NamedSet& set : named_sets()) names.push_back(set.name);
  return names;
}

DataSplit load_dataset(const DataConfig& config, const Context& context, DataConfig* inferred) {
  DataConfig known = config;
  const bool is_path = is_data_path(config.name);
  const DataSplit given =
      is_path ? load_path(config, context, known) : load_named_set(named_set(config.name), config, context);
  if (inferred) *inferred = known;
  return split(given, config, context);
}

}  // namespace hourglass
