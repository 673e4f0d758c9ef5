#include "hourglass/anomaly_labels.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "formats/csv_fields.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

// Whether two names of classes are equal, also as numbers: 1 and 1.0.
bool same_class(const std::string& a, const std::string& b) {
  const auto x = parse_number(a), y = parse_number(b);
  return a == b || (x && y && *x == *y);
}

}  // namespace

std::vector<int64_t> samples_of_class(const Dataset& samples, const std::string& name) {
  std::vector<std::string> names;
  std::vector<int64_t> found;
  for (int64_t i = 0; i < samples.size() && samples.has_labels(); ++i) {
    const std::string own = samples.class_name(samples.labels()[static_cast<size_t>(i)]);
    if (same_class(own, name)) found.push_back(i);
    if (std::ranges::find(names, own) == names.end()) names.push_back(own);
  }
  if (!found.empty()) return found;
  throw Error(ErrorKind::kUsage,
              names.empty()
                  ? fmt::format("The class '{}' was asked for, but '{}' has no labels. Name their column with "
                                "--label-column.",
                                name, samples.name())
                  : fmt::format("'{}' has no rows of the class '{}'. Its classes: {}.{}", samples.name(), name,
                                join(names), did_you_mean(name, names)));
}

std::vector<bool> anomaly_labels(const Dataset& samples, const std::string& normal_class,
                                 const std::string& anomaly_class) {
  return anomaly_labels(samples.labels(), samples.class_names(), normal_class, anomaly_class);
}

std::vector<bool> anomaly_labels(std::span<const int32_t> labels, const std::vector<std::string>& class_names,
                                 const std::string& normal_class, const std::string& anomaly_class) {
  std::vector<bool> is_anomaly;
  const std::string anomaly = !anomaly_class.empty() ? anomaly_class : normal_class.empty() ? "1" : "";
  for (const int32_t label : labels) {
    const std::string name = class_names.empty() ? std::to_string(label) : class_names[static_cast<size_t>(label)];
    if (anomaly_class.empty() && normal_class.empty() && !same_class(name, "0") && !same_class(name, "1")) return {};
    is_anomaly.push_back(anomaly.empty() ? !same_class(name, normal_class) : same_class(name, anomaly));
  }
  const auto count = std::ranges::count(is_anomaly, true);
  if (count == 0 || count == std::ssize(is_anomaly)) return {};
  return is_anomaly;
}

}  // namespace hourglass
