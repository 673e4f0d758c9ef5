#include "study/study_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/toml_tree.h"
#include "core/text.h"
#include "data/data_path.h"
#include "hourglass/error.h"
#include "study/measure.h"
#include "study/results.h"

namespace hourglass {
namespace {

constexpr int64_t kQuickDivisor = 10;  // of the number of epochs

/// Reads a table of the file key by key. Rejects unknown keys.
class Reader {
 public:
  Reader(const toml::table& table, std::string source, std::vector<std::string> known)
      : table_(table), source_(std::move(source)) {
    for (const auto& [key, node] : table_)
      if (const std::string name(key.str()); std::ranges::count(known, name) == 0)
        reject(key.source(), fmt::format("Unknown key '{}'.{}", name, did_you_mean(name, known)));
  }

  std::string text(const char* key, bool required = false) const {
    const toml::node* node = table_.get(key);
    if (!node && required) reject(table_.source(), fmt::format("The key '{}' is missing.", key));
    if (!node) return "";
    const auto value = node->value<std::string>();
    if (!node->is_string() || value->empty())
      reject(node->source(), fmt::format("'{}' must be a non-empty string.", key));
    return *value;
  }

  std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> values;
    for (const toml::node* entry : entries(key)) {
      if (!entry->is_string()) reject(entry->source(), fmt::format("'{}' must be a list of strings.", key));
      values.push_back(*entry->value<std::string>());
    }
    return values;
  }

  /// Returns the table `key`, or an empty one if it is missing.
  Reader table(const char* key, std::vector<std::string> known) const {
    static const toml::table kEmpty;
    const toml::node* node = table_.get(key);
    if (!node) return {kEmpty, source_, {}};
    if (!node->is_table()) reject(node->source(), fmt::format("'{}' must be a table.", key));
    return {*node->as_table(), source_, std::move(known)};
  }

  std::vector<Reader> tables(const char* key, const std::vector<std::string>& known) const {
    std::vector<Reader> readers;
    for (const toml::node* entry : entries(key)) {
      if (!entry->is_table()) reject(entry->source(), fmt::format("'{}' must be a list of tables.", key));
      readers.emplace_back(*entry->as_table(), source_, known);
    }
    return readers;
  }

  /// Returns the names and numbers of the table `key`.
  std::vector<PublishedValue> numbers(const char* key, std::string_view text) const {
    std::vector<PublishedValue> values;
    const toml::node* node = table_.get(key);
    if (!node || !node->is_table())
      reject((node ? *node : static_cast<const toml::node&>(table_)).source(),
             fmt::format("'{}' must be a table with one number per variant.", key));
    for (const auto& [name, value] : *node->as_table()) {
      if (!value.is_number()) reject(value.source(), fmt::format("'{}' must be a number.", std::string(name.str())));
      values.push_back({std::string(name.str()), *value.value<double>(), text_at(text, value.source())});
    }
    return values;
  }

  [[noreturn]] void reject(const std::string& message) const { reject(table_.source(), message); }

 private:
  [[noreturn]] void reject(const toml::source_region& region, const std::string& message) const {
    throw Error(ErrorKind::kUsage,
                fmt::format("{}:{}:{}: {}", source_, region.begin.line, region.begin.column, message));
  }

  /// The characters of a value in the text of the file.
  static std::string text_at(std::string_view text, const toml::source_region& region) {
    for (uint32_t line = 1; line < region.begin.line; ++line) text.remove_prefix(text.find('\n') + 1);
    text = text.substr(region.begin.column - 1);
    return std::string(text.substr(0, text.find_first_not_of("+-.0123456789eE_")));
  }

  std::vector<const toml::node*> entries(const char* key) const {
    const toml::node* node = table_.get(key);
    std::vector<const toml::node*> found;
    if (!node) return found;
    if (!node->is_array()) reject(node->source(), fmt::format("'{}' must be a list.", key));
    for (const toml::node& entry : *node->as_array()) found.push_back(&entry);
    return found;
  }

  const toml::table& table_;
  std::string source_;
};

Point read_point(const Reader& reader) {
  return {.name = reader.text("name", true), .model = reader.text("model"), .set = reader.texts("set")};
}

std::vector<Axis> read_axes(const Reader& file) {
  const std::vector<std::string> point_keys = {"name", "model", "set"};
  std::vector<Axis> axes;
  for (const Reader& table : file.tables("axis", {"name", "points"})) {
    Axis axis{table.text("name", true), {}};
    for (const Reader& point : table.tables("points", point_keys)) axis.points.push_back(read_point(point));
    if (axis.points.empty()) table.reject(fmt::format("The axis '{}' has no points.", axis.name));
    axes.push_back(std::move(axis));
  }
  Axis variants{"variant", {}};
  for (const Reader& variant : file.tables("variant", point_keys)) variants.points.push_back(read_point(variant));
  if (!variants.points.empty()) axes.push_back(std::move(variants));
  for (const std::string& text : file.texts("grid")) axes.push_back(parse_axis(text));
  return axes;
}

std::vector<Published> read_published(const Reader& file, std::string_view text, const std::vector<Variant>& variants) {
  std::vector<std::string> names;
  for (const Variant& variant : variants) names.push_back(variant.name);
  std::vector<Published> all;
  for (const Reader& table : file.tables("published", {"metric", "source", "definition", "values"})) {
    Published published{table.text("metric", true), table.text("source"), table.text("definition"),
                        table.numbers("values", text)};
    find_metric(published.metric);
    for (const auto& [name, value, digits] : published.values)
      if (std::ranges::count(names, name) == 0)
        table.reject(fmt::format("Unknown variant '{}' for a published number.{}", name, did_you_mean(name, names)));
    all.push_back(std::move(published));
  }
  return all;
}

Config model_config(const std::string& model) { return preset_config(model); }

}  // namespace

Study parse_study(const std::string& name, const std::string& text, const std::string& source, bool quick,
                  const std::vector<std::string>& last) {
  const toml::table table = parse_toml(text, source);
  const Reader file(table, source,
                    {"title", "source", "notes", "metrics", "figure", "reports", "grid", "base", "quick", "axis",
                     "variant", "published"});
  const Reader quick_table = file.table("quick", {"set", "metrics"});
  Study study{name,
              text,
              file.text("title", true),
              file.text("source"),
              file.texts("notes"),
              file.texts("metrics"),
              file.texts("reports"),
              file.texts("figure"),
              {},
              {},
              {}};
  try {
    study.axes = read_axes(file);
    if (const auto metrics = quick_table.texts("metrics"); quick && !metrics.empty()) study.metrics = metrics;
    if (study.metrics.empty()) file.reject("'metrics' is missing or empty. Name at least one metric.");
    for (const std::string& metric : study.metrics) find_metric(metric);
    const Reader base = file.table("base", {"model", "set"});
    const Point start{.name = name, .model = base.text("model"), .set = base.texts("set")};
    study.variants =
        all_variants(start, study.axes, quick ? quick_table.texts("set") : std::vector<std::string>{}, model_config);
    for (Variant& variant : study.variants) {
      int64_t& epochs = variant.config.train.epochs;
      if (quick) epochs = std::max<int64_t>(1, epochs / kQuickDivisor);
      for (const std::string& assignment : last) set_option(variant.config, assignment);
      make_paths_absolute(variant.config.data);
      check_ranges(variant.config);
    }
    for (const auto* list : {&study.figure, &study.reports})
      for (const std::string& variant : *list)
        if (std::ranges::count(study.variants, variant, &Variant::name) == 0)
          file.reject(fmt::format("Unknown variant '{}' in 'figure' or 'reports'.", variant));
    check_column_names(study.axes, study.metrics);
    study.published = read_published(file, text, study.variants);
  } catch (const Error& error) {
    const std::string message = error.what();
    throw Error(error.kind(), message.starts_with(source) ? message : fmt::format("{}: {}", source, message));
  }
  return study;
}

}  // namespace hourglass
