#include <fmt/format.h>

#include "data/named_sets.h"
#include "hourglass/dataset.h"
#include "hourglass/error.h"

namespace hourglass {

std::vector<std::string> dataset_names() {
  std::vector<std::string> names;
  for (const NamedSet& set : named_sets()) names.push_back(set.name);
  return names;
}

DataParts load_dataset(const DataConfig& config, const Context& context) {
  const NamedSet& set = named_set(config.name);
  std::error_code ignored;
  if (set.find && !config.dir.empty() && !std::filesystem::is_directory(config.dir, ignored))
    throw Error(ErrorKind::kData, fmt::format("The data folder '{}' (data.dir) does not exist.", config.dir));
  DataParts parts = set.load(set, config);
  for (Dataset* part : {&parts.train, &parts.test, &parts.validation})
    if (part->has_labels() && part->class_names().empty()) part->set_class_names(set.class_names);
  return split(parts, config, context);
}

}  // namespace hourglass
