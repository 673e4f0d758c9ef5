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

/// Calls `take` with the values of one sample after another, read a block at a time.
template <typename Take>
void for_each_sample(const Dataset& data, Take take) {
  constexpr int64_t kBlock = 256;
  std::vector<float> block(static_cast<size_t>(std::min(kBlock, data.size()) * data.sample_dim()));
  for (int64_t begin = 0; begin < data.size(); begin += kBlock) {
    const int64_t end = std::min(begin + kBlock, data.size());
    data.read(begin, end, block.data());
    for (int64_t i = 0; i < end - begin; ++i) take(block.data() + i * data.sample_dim());
  }
}

void describe_values(const Dataset& part, PartDescription& description) {
  const auto dim = static_cast<size_t>(part.sample_dim());
  std::vector<float> low(dim, INFINITY), high(dim, -INFINITY);
  // Around a value of the data, so that the squares of large values do not swallow their spread.
  const double origin = part.read(0, 1).values()[0];
  double sum = 0, sum_of_squares = 0;
  for_each_sample(part, [&](const float* values) {
    for (size_t j = 0; j < dim; ++j) {
      const double value = values[j] - origin;
      sum += value;
      sum_of_squares += value * value;
      low[j] = std::min(low[j], values[j]);
      high[j] = std::max(high[j], values[j]);
    }
  });
  const double count = static_cast<double>(part.size()) * static_cast<double>(dim);
  description.min = *std::ranges::min_element(low);
  description.max = *std::ranges::max_element(high);
  description.mean = origin + sum / count;
  description.standard_deviation = std::sqrt(std::max(0.0, sum_of_squares / count - sum / count * (sum / count)));
  for (size_t j = 0; j < dim; ++j) description.num_constant += low[j] == high[j];
}

}  // namespace

PartDescription describe(const Dataset& part) {
  PartDescription description;
  description.num_samples = part.size();
  describe_values(part, description);
  if (part.has_labels()) {
    const auto num_classes = static_cast<size_t>(std::ranges::max(part.labels())) + 1;
    description.class_counts.resize(std::max(num_classes, part.class_names().size()));
    for (const int32_t label : part.labels()) ++description.class_counts[static_cast<size_t>(label)];
  }
  std::unordered_set<std::string_view> seen;
  for (int64_t i = 0; i < part.size(); ++i) description.num_repeated += !seen.insert(stored_values(part, i)).second;
  return description;
}

int64_t num_shared(const Dataset& part, const Dataset& other) {
  if (part.sample_dim() != other.sample_dim() || part.storage().type() != other.storage().type()) return 0;
  std::unordered_set<std::string_view> seen;
  for (int64_t i = 0; i < other.size(); ++i) seen.insert(stored_values(other, i));
  int64_t count = 0;
  for (int64_t i = 0; i < part.size(); ++i) count += seen.contains(stored_values(part, i));
  return count;
}

}  // namespace hourglass
