#include "data/description.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_set>

namespace hourglass {
namespace {

std::string_view stored_values(const Dataset& data, int64_t i) {
  const auto bytes = data.sample(i);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Calls `visit` with the values of each sample. Reads the samples in blocks.
template <typename Visit>
void for_each_sample(const Dataset& data, Visit visit) {
  constexpr int64_t kBlock = 256;
  std::vector<float> block(static_cast<size_t>(std::min(kBlock, data.size()) * data.sample_dim()));
  for (int64_t begin = 0; begin < data.size(); begin += kBlock) {
    const int64_t end = std::min(begin + kBlock, data.size());
    data.read(begin, end, block.data());
    for (int64_t i = 0; i < end - begin; ++i) visit(block.data() + i * data.sample_dim());
  }
}

// Which features are numbers of categories.
std::vector<bool> are_categories(const Dataset& data) {
  std::vector<bool> categories(static_cast<size_t>(data.sample_dim()));
  for (size_t j = 0; j < data.categories().size(); ++j) categories[j] = !data.categories()[j].empty();
  return categories;
}

void describe_values(const Dataset& data, PartDescription& description) {
  const auto dim = static_cast<size_t>(data.sample_dim());
  const std::vector<bool> is_category = are_categories(data);
  std::vector<float> low(dim, INFINITY), high(dim, -INFINITY);
  // Values are shifted by a value of the data. Otherwise the squares of large values would lose the variance to
  // rounding.
  double origin = NAN, sum = 0, sum_of_squares = 0;
  int64_t count = 0;
  for_each_sample(data, [&](const float* values) {
    for (size_t j = 0; j < dim; ++j) {
      if (!std::isfinite(values[j]) || (is_category[j] && values[j] < 0)) {
        ++description.num_missing;
        continue;
      }
      low[j] = std::min(low[j], values[j]);
      high[j] = std::max(high[j], values[j]);
      if (is_category[j]) continue;
      if (count++ == 0) origin = values[j];
      const double value = values[j] - origin;
      sum += value;
      sum_of_squares += value * value;
    }
  });
  description.min = description.max = description.mean = description.standard_deviation = NAN;
  for (size_t j = 0; j < dim; ++j) {
    description.num_constant += low[j] == high[j];
    if (is_category[j] || low[j] > high[j]) continue;
    description.min = std::fmin(description.min, low[j]);
    description.max = std::fmax(description.max, high[j]);
  }
  if (count == 0) return;
  const double mean = sum / static_cast<double>(count);
  description.mean = origin + mean;
  description.standard_deviation = std::sqrt(std::max(0.0, sum_of_squares / static_cast<double>(count) - mean * mean));
}

}  // namespace

PartDescription describe(const Dataset& data) {
  PartDescription description;
  description.num_samples = data.size();
  describe_values(data, description);
  if (data.has_labels()) {
    const auto num_classes = static_cast<size_t>(std::ranges::max(data.labels())) + 1;
    description.class_counts.resize(std::max(num_classes, data.class_names().size()));
    for (const int32_t label : data.labels()) ++description.class_counts[static_cast<size_t>(label)];
  }
  std::unordered_set<std::string_view> seen;
  for (int64_t i = 0; i < data.size(); ++i) description.num_repeated += !seen.insert(stored_values(data, i)).second;
  return description;
}

int64_t num_shared(const Dataset& data, const Dataset& other) {
  if (data.sample_dim() != other.sample_dim() || data.storage().type() != other.storage().type()) return 0;
  std::unordered_set<std::string_view> seen;
  for (int64_t i = 0; i < other.size(); ++i) seen.insert(stored_values(other, i));
  int64_t count = 0;
  for (int64_t i = 0; i < data.size(); ++i) count += seen.contains(stored_values(data, i));
  return count;
}

}  // namespace hourglass
