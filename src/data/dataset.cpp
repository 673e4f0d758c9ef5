#include "hourglass/dataset.h"

#include <fmt/format.h>

#include <algorithm>

#include "hourglass/error.h"

namespace hourglass {

Dataset::Dataset(std::string name, Shape sample_shape, std::vector<uint8_t> values, std::vector<int32_t> labels)
    : name_(std::move(name)),
      sample_shape_(std::move(sample_shape)),
      sample_dim_(num_elements(sample_shape_)),
      values_(std::move(values)),
      labels_(std::move(labels)) {
  const auto fail = [&](const std::string& found) {
    throw Error(ErrorKind::kData, fmt::format("Data set '{}': {}.", name_, found));
  };
  const auto num_values = static_cast<int64_t>(values_.size());
  if (sample_dim_ == 0) fail(fmt::format("samples of shape {} have no values", to_string(sample_shape_)));
  if (num_values == 0) fail("there is no sample; at least one was expected");
  if (num_values % sample_dim_ != 0)
    fail(fmt::format("{} values are no whole number of {} samples", num_values, to_string(sample_shape_)));
  size_ = num_values / sample_dim_;
  if (!labels_.empty() && static_cast<int64_t>(labels_.size()) != size_)
    fail(fmt::format("there are {} samples and {} labels; one label a sample was expected", size_, labels_.size()));
  const auto negative = std::find_if(labels_.begin(), labels_.end(), [](int32_t label) { return label < 0; });
  if (negative != labels_.end())
    fail(fmt::format("label {} of sample {} is negative", *negative, negative - labels_.begin()));
}

std::span<const uint8_t> Dataset::sample(int64_t i) const {
  return values().subspan(static_cast<size_t>(i * sample_dim_), static_cast<size_t>(sample_dim_));
}

Dataset Dataset::slice(int64_t begin, int64_t end) const {
  if (begin < 0 || begin >= end || end > size_)
    throw Error(ErrorKind::kUsage,
                fmt::format("Data set '{}' has {} samples; it has no slice [{}, {}).", name_, size_, begin, end));
  const auto first = values_.begin() + begin * sample_dim_, last = values_.begin() + end * sample_dim_;
  return {name_, sample_shape_, std::vector<uint8_t>(first, last),
          has_labels() ? std::vector<int32_t>(labels_.begin() + begin, labels_.begin() + end) : std::vector<int32_t>()};
}

}  // namespace hourglass
