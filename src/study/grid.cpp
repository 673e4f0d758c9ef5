#include "study/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <span>

#include "config/fields.h"
#include "core/hash.h"
#include "core/text.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr size_t kLongestFolderName = 100;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(trim(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return parts;
}

bool is_list(const std::string& key) {
  Config config;
  const auto field = std::ranges::find(fields(), key, &Field::full_key);
  return field != fields().end() && std::holds_alternative<std::vector<std::string>*>(field->locate(config));
}

/// Returns the point on each axis for combination `number`.
std::vector<const Point*> combination(const std::vector<Axis>& axes, size_t number) {
  std::vector<const Point*> points(axes.size());
  for (size_t axis = axes.size(); axis-- > 0;) {
    const size_t count = axes[axis].points.size();
    points[axis] = &axes[axis].points[number % count];
    number /= count;
  }
  return points;
}

Variant make_variant(const Point& base, const std::vector<const Point*>& points, const std::vector<std::string>& last,
                     const NamedConfig& named_config) {
  Variant variant;
  std::string model = base.model;
  for (const Point* point : points) {
    variant.points.push_back(point->name);
    if (!point->model.empty()) model = point->model;
  }
  variant.name = points.empty() ? base.name : join(variant.points, "-");
  try {
    if (model.empty())
      throw Error(ErrorKind::kUsage, "No model is given. Add model = \"NAME\" to the variant or to the base.");
    variant.config = named_config(model);
    for (const std::string& assignment : base.set) set_option(variant.config, assignment);
    for (const Point* point : points)
      for (const std::string& assignment : point->set) set_option(variant.config, assignment);
    for (const std::string& assignment : last) set_option(variant.config, assignment);
    check_ranges(variant.config);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("Variant '{}': {}", variant.name, error.what()));
  }
  return variant;
}

}  // namespace

Axis parse_axis(const std::string& text) {
  const size_t equals = text.find('=');
  const std::string key = trim(text.substr(0, equals));
  const std::string values = equals == std::string::npos ? "" : trim(text.substr(equals + 1));
  if (values.empty())
    throw Error(
        ErrorKind::kUsage,
        fmt::format("'{}' is not a valid grid. Expected key=value,value..., for example train.epochs=5,10.", text));
  if (std::ranges::count(full_keys(), key) == 0)
    throw Error(ErrorKind::kUsage,
                fmt::format("Unknown option '{}' in the grid.{}", key, did_you_mean(key, full_keys())));
  Axis axis{key, {}};
  const bool has_semicolon = values.find(';') != std::string::npos, semicolons = is_list(key) || has_semicolon;
  if (is_list(key) && !has_semicolon && values.find(',') != std::string::npos)
    throw Error(ErrorKind::kUsage,
                fmt::format("The grid over {0} has one value, the list '{1}'. To separate values, write ';' between "
                            "them. For one value, use --set \"{0}={1}\".",
                            key, values));
  for (const std::string& value : split(values, semicolons ? ';' : ',')) {
    if (value.empty()) throw Error(ErrorKind::kUsage, fmt::format("The grid '{}' contains an empty value.", text));
    if (std::ranges::count(axis.points, value, &Point::name) > 0)
      throw Error(ErrorKind::kUsage, fmt::format("The grid over {} contains the value {} twice.", key, value));
    axis.points.push_back({.name = value, .model = "", .set = {fmt::format("{}={}", key, value)}});
  }
  return axis;
}

std::vector<Variant> all_variants(const Point& base, const std::vector<Axis>& axes,
                                  const std::vector<std::string>& last, const NamedConfig& named_config) {
  size_t count = 1;
  for (const Axis& axis : axes) count *= axis.points.size();
  std::vector<Variant> variants;
  for (size_t number = 0; number < count; ++number) {
    Variant variant = make_variant(base, combination(axes, number), last, named_config);
    if (std::ranges::count(variants, variant.name, &Variant::name) > 0)
      throw Error(ErrorKind::kUsage, fmt::format("Two variants have the name '{}'.", variant.name));
    variants.push_back(std::move(variant));
  }
  return variants;
}

std::string folder_name(const std::string& name) {
  std::string folder = name.substr(0, kLongestFolderName);
  const auto is_plain = [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '_' || c == '=' || c == '-'; };
  std::ranges::replace_if(
      folder, [&](unsigned char c) { return !is_plain(c); }, '-');
  if (folder.starts_with(".")) folder[0] = '-';
  return folder;
}

std::vector<std::string> folder_names(const std::vector<std::string>& names) {
  std::map<std::string, int> uses;
  for (const std::string& name : names) ++uses[folder_name(name)];
  std::vector<std::string> folders;
  for (const std::string& name : names) {
    folders.push_back(folder_name(name));
    if (uses[folders.back()] > 1)
      folders.back() += fmt::format("-{:08x}", static_cast<uint32_t>(hash_bytes(std::as_bytes(std::span(name)))));
  }
  return folders;
}

}  // namespace hourglass
