#include "config/option_differences.h"

#include <algorithm>
#include <utility>

#include "config/fields.h"
#include "config/value.h"

namespace hourglass {

std::vector<OptionDifference> option_differences(const std::vector<Config>& configs) {
  std::vector<OptionDifference> differences;
  for (const Field& field : fields()) {
    if (field.full_key() == "data.dir") continue;
    OptionDifference difference{field.full_key(), {}};
    for (const Config& config : configs) difference.values.push_back(to_toml(get(field, config)));
    const bool differ =
        std::ranges::adjacent_find(difference.values, std::ranges::not_equal_to()) != difference.values.end();
    if (differ) differences.push_back(std::move(difference));
  }
  return differences;
}

}  // namespace hourglass
