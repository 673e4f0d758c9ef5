#include "preprocess/match.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/text.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

const std::vector<std::string>& categories_of(const std::vector<std::vector<std::string>>& categories, size_t feature) {
  static const std::vector<std::string> kNone;
  return feature < categories.size() ? categories[feature] : kNone;
}

// Whether all values of a feature are missing: then its kind cannot be seen.
bool has_no_category(const Dataset& samples, size_t feature) {
  const auto* values = reinterpret_cast<const float*>(samples.storage().data());
  for (int64_t i = 0; i < samples.size(); ++i) {
    const float value = values[samples.stored_row(i) * samples.sample_dim() + static_cast<int64_t>(feature)];
    if (!std::isnan(value) && value != -1) return false;
  }
  return true;
}

}  // namespace

Dataset match_features(const Dataset& samples, const StoredForm& trained, const Context& context,
                       std::map<std::string, int64_t>& unknown) {
  const std::vector<std::string>&names = trained.feature_names, &found = samples.feature_names();
  if (samples.is_preprocessed() || samples.storage().is_sparse() || samples.storage().type() != ElementType::kFloat32)
    return samples;
  if (found == names && samples.categories() == trained.categories) return samples;
  const bool has_names = !names.empty() && !found.empty();
  const auto dim = static_cast<size_t>(samples.sample_dim());
  std::vector<size_t> from;
  if (has_names) {
    std::map<std::string, size_t> position;
    for (size_t j = 0; j < found.size(); ++j) position.emplace(found[j], j);
    for (const std::string& name : names) {
      const auto at = position.find(name);
      if (at == position.end()) return samples;  // check_features names what is missing
      from.push_back(at->second);
    }
  } else {
    // Without names features are compared by their positions.
    if ((samples.categories().empty() && trained.categories.empty()) ||
        (!trained.categories.empty() && trained.categories.size() != dim))
      return samples;
    for (size_t j = 0; j < dim; ++j) from.push_back(j);
  }
  const std::set<std::string> known_names(names.begin(), names.end());
  std::vector<std::string> extra;
  for (const std::string& name : found)
    if (has_names && !known_names.contains(name)) extra.push_back(name);
  if (!extra.empty() && context.log)
    context.log(fmt::format("'{}' has columns that the model does not know; they are left out: {}.", samples.name(),
                            join(extra)));

  // The number of each category in training, by its number here.
  const auto name_of = [&](size_t j) { return names.empty() ? fmt::format("{}", j + 1) : names[j]; };
  std::vector<std::vector<float>> renumbered(from.size());
  for (size_t j = 0; j < from.size(); ++j) {
    const std::vector<std::string>&known = categories_of(trained.categories, j),
          &own = categories_of(samples.categories(), from[j]);
    if (known.empty() != own.empty() && !(own.empty() && has_no_category(samples, from[j])))
      throw Error(
          ErrorKind::kUsage,
          fmt::format("Column '{}' of '{}' has {}, but {} in the training data. Set its kind with data.columns.",
                      names[j], samples.name(), own.empty() ? "numbers" : "categories",
                      known.empty() ? "numbers" : "categories"));
    for (const std::string& name : own) {
      const auto at = std::ranges::find(known, name);
      renumbered[j].push_back(at == known.end() ? -1.0f : static_cast<float>(at - known.begin()));
    }
  }
  std::vector<float> values;
  values.reserve(static_cast<size_t>(samples.size()) * from.size());
  for (int64_t i = 0; i < samples.size(); ++i) {
    const auto* row = reinterpret_cast<const float*>(samples.storage().data()) + samples.stored_row(i) * dim;
    for (size_t j = 0; j < from.size(); ++j) {
      const float value = row[from[j]];
      if (renumbered[j].empty()) {
        values.push_back(categories_of(trained.categories, j).empty() ? value : -1);
        continue;
      }
      const auto own = static_cast<size_t>(value);
      const float known = value >= 0 && own < renumbered[j].size() ? renumbered[j][own] : -1;
      if (known < 0 && value >= 0) ++unknown[name_of(j)];
      values.push_back(known);
    }
  }
  Dataset matched(samples.name(), {static_cast<int64_t>(from.size())}, SampleStorage::of_floats(std::move(values)),
                  {samples.labels().begin(), samples.labels().end()});
  matched.set_class_names(samples.class_names());
  matched.set_feature_names(has_names ? names : found);
  matched.set_categories(trained.categories);
  if (!samples.origin().empty()) {
    std::vector<double> origin;
    for (const size_t j : from) origin.push_back(samples.origin()[j]);
    matched.set_origin(std::move(origin));
  }
  if (!samples.identity_columns().empty()) {
    std::vector<std::vector<std::string>> texts;
    for (int64_t i = 0; i < samples.size(); ++i) texts.push_back(samples.identity(i));
    matched.set_identity(samples.identity_columns(), std::move(texts));
  }
  return matched;
}

}  // namespace hourglass
