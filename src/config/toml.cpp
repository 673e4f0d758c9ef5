#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "config/toml_tree.h"
#include "config/value.h"
#include "core/file.h"
#include "core/text.h"
#include "core/utf8.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

/// "run.toml:3:7: "
std::string where(const std::string& source, const toml::source_region& region) {
  return fmt::format("{}:{}:{}: ", source, region.begin.line, region.begin.column);
}

std::string describe(const toml::node& node) {
  if (node.is_table()) return "a table";
  if (node.is_array()) return "a list that is not all text";
  std::ostringstream text;
  node.visit([&](const auto& value) { text << value; });
  return text.str();
}

std::optional<Value> read(const toml::node& node) {
  if (node.is_boolean()) return *node.value<bool>();
  if (node.is_integer()) return *node.value<int64_t>();
  if (node.is_floating_point()) return *node.value<double>();
  if (node.is_string()) return restore_bytes(*node.value<std::string>());
  const toml::array* array = node.as_array();
  if (!array || (!array->empty() && !array->is_homogeneous<std::string>())) return std::nullopt;
  std::vector<std::string> list;
  for (const toml::node& entry : *array) list.push_back(restore_bytes(*entry.value<std::string>()));
  return list;
}

std::vector<std::string> table_names() {
  std::vector<std::string> names;
  for (const Field& field : fields())
    if (names.empty() || names.back() != field.table) names.push_back(field.table);
  return names;
}

void read_table(const std::string& name, const toml::table& table, const std::string& source, Config& config,
                const Context& context) {
  for (const auto& [key, node] : table) {
    const std::string full_key = fmt::format("{}.{}", name, key.str());
    const auto field = std::ranges::find(fields(), full_key, &Field::full_key);
    if (field == fields().end())
      throw Error(ErrorKind::kUsage, fmt::format("{}Unknown option '{}'.{}", where(source, key.source()), full_key,
                                                 did_you_mean(full_key, full_keys())));
    const std::string place = where(source, node.source());
    const std::optional<Value> value = read(node);
    if (!value) reject(*field, describe(node), place);
    set(*field, config, *value, place, context);
    config.chosen.push_back(full_key);
  }
}

}  // namespace

std::optional<Value> read_toml(const std::string& text) {
  try {
    const toml::table table = parse_toml("value = " + text, "value");
    return table.size() == 1 ? read(*table.get("value")) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

Config parse_config(const std::string& toml, const std::string& source, const Config& base, const Context& context) {
  Config config = base;
  const std::vector<std::string> tables = table_names();
  for (const auto& [key, node] : parse_toml(toml, source)) {
    const std::string name(key.str());
    const std::string place = where(source, key.source());
    const bool known = std::ranges::count(tables, name) > 0;
    if (const toml::table* table = node.as_table(); table && known)
      read_table(name, *table, source, config, context);
    else if (table)
      throw Error(ErrorKind::kUsage, fmt::format("{}Unknown table [{}].{}", place, name, did_you_mean(name, tables)));
    else if (known)
      throw Error(ErrorKind::kUsage,
                  fmt::format("{}'{}' is {}; expected the table [{}].", place, name, describe(node), name));
    else
      throw Error(ErrorKind::kUsage,
                  fmt::format("{}Unknown option '{}'.{}", place, name, did_you_mean(name, full_keys())));
  }
  return config;
}

Config load_config(const std::filesystem::path& path, const Context& context) {
  Config base;
  base.model.name = path.stem().string();
  return parse_config(read_file(path), path.string(), base, context);
}

std::string to_toml(const Config& config) {
  std::string text;
  std::string table;
  for (const Field& field : fields()) {
    if (field.table != table) text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", field.table);
    table = field.table;
    text += fmt::format("{} = {}\n", field.key, to_toml(get(field, config)));
  }
  return text;
}

}  // namespace hourglass
