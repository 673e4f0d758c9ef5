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

void describe_values(const Dataset& data, PartDescription& description) {
  const auto dim = static_cast<size_t>(data.sample_dim());
  std::vector<float> low(dim, INFINITY), high(dim, -INFINITY);
  // Values are shifted by a value of the data. Otherwise the squares of large values would lose the variance to
  // rounding.
  const double origin = data.read(0, 1).values()[0];
  double sum = 0, sum_of_squares = 0;
  for_each_sample(data, [&](const float* values) {
    for (size_t j = 0; j < dim; ++j) {
      const double value = values[j] - origin;
      sum += value;
      sum_of_squares += value * value;
      low[j] = std::min(low[j], values[j]);
      high[j] = std::max(high[j], values[j]);
    }
  });
  const double count = static_cast<double>(data.size()) * static_cast<double>(dim);
  description.min = *std::ranges::min_element(low);
  description.max = *std::ranges::max_element(high);
  description.mean = origin + sum / count;
  description.standard_deviation = std::sqrt(std::max(0.0, sum_of_squares / count - sum / count * (sum / count)));
  for (size_t j = 0; j < dim; ++j) description.num_constant += low[j] == high[j];
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
