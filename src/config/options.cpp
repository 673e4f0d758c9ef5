#include <fmt/format.h>

#include <algorithm>

#include "config/value.h"
#include "core/text.h"
#include "hourglass/error.h"

namespace hourglass {

void set_option(Config& config, const std::string& assignment, const Context& context) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos)
    throw Error(ErrorKind::kUsage, fmt::format("'{}' is not key=value. Example: train.epochs=5.", assignment));
  const std::string key = trim(assignment.substr(0, equals));
  const auto field = std::ranges::find(fields(), key, &Field::full_key);
  if (field == fields().end())
    throw Error(ErrorKind::kUsage, fmt::format("Unknown option '{}'.{}", key, did_you_mean(key, full_keys())));
  set(*field, config, read_text(*field, trim(assignment.substr(equals + 1))), "", context);
  config.chosen.push_back(key);
}

void check_ranges(const Config& config) {
  Config checked = config;
  for (const Field& field : fields()) set(field, checked, get(field, config), "");
}

std::vector<OptionInfo> options() {
  std::vector<OptionInfo> all;
  for (const Field& field : fields())
    all.push_back({field.full_key(), type_name(field), to_toml(get(field, Config{})), field.rule.text, field.help});
  return all;
}

}  // namespace hourglass
