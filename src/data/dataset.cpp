#include "hourglass/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <optional>

#include "data/batch.h"
#include "data/sample_transform.h"
#include "hourglass/error.h"
#include "kernels/noise.h"

namespace hourglass {
namespace {

// Transforms of samples without preprocessing. Created at startup, because a training step must not allocate.
const SampleTransform kOfBytes(ElementType::kUint8), kOfFloats(ElementType::kFloat32);

[[noreturn]] void reject(const std::string& name, const std::string& found) {
  throw Error(ErrorKind::kData, fmt::format("Dataset '{}': {}.", name, found));
}

/// Writes all samples as differences from `origin`; empty: all 0.
void read_from(const Dataset& data, std::span<const double> origin, float* to) {
  if (data.is_preprocessed() || (origin.empty() && data.origin().empty())) return data.read(0, data.size(), to);
  data.with_transform(relative_to(data, origin, data.storage().type())).read(0, data.size(), to);
}

}  // namespace

SampleTransform relative_to(const Dataset& data, std::span<const double> origin, ElementType type) {
  if (origin.empty() && data.origin().empty()) return SampleTransform(type);
  std::vector<double> shift(static_cast<size_t>(data.sample_dim()));
  for (size_t j = 0; j < shift.size(); ++j)
    shift[j] = (origin.empty() ? 0 : origin[j]) - (data.origin().empty() ? 0 : data.origin()[j]);
  return SampleTransform(std::move(shift), type);
}

Dataset::Dataset(std::string name, Shape sample_shape, std::vector<uint8_t> values, std::vector<int32_t> labels)
    : Dataset(std::move(name), std::move(sample_shape), SampleStorage::of_bytes(std::move(values)), std::move(labels)) {
}

Dataset Dataset::from(std::span<const float> values, const Shape& shape, std::vector<int32_t> labels,
                      const std::string& name) {
  if (shape.empty() || num_elements(shape) != static_cast<int64_t>(values.size()))
    throw Error(ErrorKind::kUsage, fmt::format("Dataset '{}': there are {} values for the shape {}; expected the shape "
                                               "{{samples, ...}} of all values.",
                                               name, values.size(), to_string(shape)));
  return {name, Shape(shape.begin() + 1, shape.end()),
          SampleStorage::of_floats(std::vector<float>(values.begin(), values.end())), std::move(labels)};
}

Dataset Dataset::from(const Tensor& values, std::vector<int32_t> labels, const std::string& name) {
  return from(values.values(), values.shape(), std::move(labels), name);
}

Dataset::Dataset(std::string name, Shape sample_shape, SampleStorage values, std::vector<int32_t> labels)
    : name_(std::move(name)),
      sample_shape_(std::move(sample_shape)),
      sample_dim_(num_elements(sample_shape_)),
      storage_(std::move(values)),
      labels_(std::move(labels)) {
  if (sample_dim_ == 0) reject(name_, fmt::format("samples of shape {} have no values", to_string(sample_shape_)));
  if (storage_.size() == 0) reject(name_, "it has no samples; at least one was expected");
  if (storage_.size() % sample_dim_ != 0)
    reject(name_,
           fmt::format("{} values are not a whole number of {} samples", storage_.size(), to_string(sample_shape_)));
  size_ = storage_.size() / sample_dim_;
  if (size_ > std::numeric_limits<uint32_t>::max())
    reject(name_, fmt::format("there are {} samples; the maximum is {}", size_, std::numeric_limits<uint32_t>::max()));
  if (!labels_.empty() && static_cast<int64_t>(labels_.size()) != size_)
    reject(name_,
           fmt::format("there are {} samples and {} labels; one label per sample was expected", size_, labels_.size()));
  const auto negative = std::find_if(labels_.begin(), labels_.end(), [](int32_t label) { return label < 0; });
  if (negative != labels_.end())
    reject(name_, fmt::format("label {} of sample {} is negative", *negative, negative - labels_.begin()));
}

std::string Dataset::class_name(int32_t label) const {
  return static_cast<size_t>(label) < class_names_.size() ? class_names_[static_cast<size_t>(label)]
                                                          : std::to_string(label);
}

void Dataset::set_class_names(std::vector<std::string> names) {
  const auto unnamed =
      std::ranges::find_if(labels_, [&](int32_t label) { return label >= static_cast<int64_t>(names.size()); });
  if (!names.empty() && unnamed != labels_.end())
    reject(name_, fmt::format("label {} of sample {} has no name; there are {} class names", *unnamed,
                              unnamed - labels_.begin(), names.size()));
  class_names_ = std::move(names);
}

Dataset Dataset::with_classes_of(const Dataset& other) const {
  std::map<std::string, int32_t> numbers;
  for (const int32_t label : other.labels_) numbers.emplace(other.class_name(label), label);
  for (size_t i = 0; i < other.class_names_.size(); ++i)
    numbers.emplace(other.class_names_[i], static_cast<int32_t>(i));
  Dataset result = *this;
  result.class_names_ = other.class_names_;
  for (int32_t& label : result.labels_) {
    const auto number = numbers.find(class_name(label));
    if (number == numbers.end()) {
      result.labels_.clear();
      result.class_names_.clear();
      break;
    }
    label = number->second;
  }
  return result;
}

Dataset Dataset::with_class_numbers(std::vector<std::string> names) const {
  Dataset result = *this;
  if (names.empty()) {
    for (int32_t& label : result.labels_) {
      const std::string name = class_name(label);
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), label);
      if (error != std::errc() || end != name.data() + name.size() || label < 0) return *this;
    }
    result.class_names_.clear();
    return result;
  }
  std::map<std::string, int32_t> numbers;
  for (const std::string& name : names) numbers.emplace(name, static_cast<int32_t>(numbers.size()));
  const int32_t count = labels_.empty() ? 0 : *std::ranges::max_element(labels_) + 1;
  for (int32_t label = 0; label < std::max(count, static_cast<int32_t>(class_names_.size())); ++label)
    if (numbers.emplace(class_name(label), static_cast<int32_t>(names.size())).second)
      names.push_back(class_name(label));
  for (int32_t& label : result.labels_) label = numbers.at(class_name(label));
  result.class_names_ = std::move(names);
  return result;
}

void Dataset::set_feature_names(std::vector<std::string> names) {
  if (!names.empty() && static_cast<int64_t>(names.size()) != sample_dim_)
    reject(name_, fmt::format("there are {} feature names for samples of {} values", names.size(), sample_dim_));
  feature_names_ = std::move(names);
}

void Dataset::set_origin(std::vector<double> origin) {
  if (storage_.type() != ElementType::kFloat32 || static_cast<int64_t>(origin.size()) != sample_dim_)
    throw Error(ErrorKind::kUsage, fmt::format("Dataset '{}': there are {} origins for samples of {} values.", name_,
                                               origin.size(), sample_dim_));
  std::vector<double> shift;
  for (const double value : origin) shift.push_back(-value);
  add_origin_ = std::make_shared<const SampleTransform>(std::move(shift));
  origin_ = std::make_shared<const std::vector<double>>(std::move(origin));
}

void Dataset::set_sample_names(std::vector<std::string> names) {
  if (names.empty()) {
    sample_names_ = nullptr;
    return;
  }
  if (static_cast<int64_t>(names.size()) != storage_.size() / sample_dim_)
    throw Error(ErrorKind::kUsage, fmt::format("Dataset '{}': there are {} sample names for {} stored samples.", name_,
                                               names.size(), storage_.size() / sample_dim_));
  sample_names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
}

void Dataset::set_categories(std::vector<std::vector<std::string>> categories) {
  if (std::ranges::all_of(categories, [](const auto& each) { return each.empty(); })) categories.clear();
  if (!categories.empty() && std::ssize(categories) != sample_dim_)
    reject(name_,
           fmt::format("there are categories of {} features for samples of {} values", categories.size(), sample_dim_));
  categories_ = std::move(categories);
}

void Dataset::set_identity(std::vector<std::string> columns, std::vector<std::vector<std::string>> texts) {
  if (!columns.empty() && std::ssize(texts) != storage_.size() / sample_dim_)
    throw Error(ErrorKind::kUsage, fmt::format("Dataset '{}': there are {} rows of texts for {} stored samples.", name_,
                                               texts.size(), storage_.size() / sample_dim_));
  identity_columns_ = std::move(columns);
  identity_ = std::make_shared<const std::vector<std::vector<std::string>>>(std::move(texts));
}

int64_t Dataset::stored_bytes() const {
  if (!storage_.is_sparse()) return size_ * sample_dim_ * storage_.element_size();
  int64_t bytes = 0;
  for (int64_t i = 0; i < size_; ++i) bytes += static_cast<int64_t>(sample(i).size());
  return bytes;
}

std::span<const uint8_t> Dataset::sample(int64_t i) const {
  if (storage_.is_sparse()) {
    const std::span<const std::byte> row = std::as_bytes(storage_.sparse_row(stored_row(i)));
    return {reinterpret_cast<const uint8_t*>(row.data()), row.size()};
  }
  const auto bytes = static_cast<size_t>(sample_dim_ * storage_.element_size());
  return {reinterpret_cast<const uint8_t*>(storage_.data()) + stored_row(i) * bytes, bytes};
}

// Outside training, a random draw depends only on the stored row, not on the slice or selection.
void Dataset::read(int64_t begin, int64_t end, float* out) const {
  const int64_t count = end - begin;
  if (rows_)
    gather_stored(*this, 0, count, rows_->data() + begin, nullptr, out);
  else
    gather_stored(*this, first_row_ + begin, count, nullptr, nullptr, out);
  if (!transform().draws()) return;
  constexpr NoiseStream kOneDraw{.seed = 0, .purpose = RandomPurpose::kBinarization, .layer = 1, .step = 0};
  for (int64_t i = 0; i < count; ++i, out += sample_dim_)
    bernoulli(kOneDraw, stored_row(begin + i), 1, sample_dim_, out, out);
}

Tensor Dataset::read(int64_t begin, int64_t end) const {
  check_range(begin, end);
  Shape shape = {end - begin};
  shape.insert(shape.end(), sample_shape_.begin(), sample_shape_.end());
  Tensor values(std::move(shape));
  read(begin, end, values.data());
  return values;
}

void Dataset::check_range(int64_t begin, int64_t end) const {
  if (begin < 0 || begin >= end || end > size_)
    throw Error(ErrorKind::kUsage, fmt::format("Dataset '{}' has {} samples; the slice [{}, {}) is out of range.",
                                               name_, size_, begin, end));
}

Dataset Dataset::slice(int64_t begin, int64_t end) const {
  check_range(begin, end);
  Dataset result = *this;
  result.size_ = end - begin;
  if (rows_)
    result.rows_ = std::make_shared<const std::vector<uint32_t>>(rows_->begin() + begin, rows_->begin() + end);
  else
    result.first_row_ = first_row_ + begin;
  if (has_labels()) result.labels_ = {labels_.begin() + begin, labels_.begin() + end};
  return result;
}

Dataset Dataset::select(std::span<const int64_t> samples) const {
  const auto outside = std::ranges::find_if(samples, [&](int64_t i) { return i < 0 || i >= size_; });
  if (samples.empty() || outside != samples.end())
    throw Error(ErrorKind::kUsage, fmt::format("Dataset '{}' has {} samples; {}.", name_, size_,
                                               samples.empty() ? std::string("none was selected")
                                                               : fmt::format("sample {} is out of range", *outside)));
  Dataset result = *this;
  result.size_ = static_cast<int64_t>(samples.size());
  std::vector<uint32_t> rows;
  rows.reserve(samples.size());
  for (const int64_t i : samples) rows.push_back(stored_row(i));
  result.rows_ = std::make_shared<const std::vector<uint32_t>>(std::move(rows));
  result.labels_.clear();
  if (has_labels())
    for (const int64_t i : samples) result.labels_.push_back(labels_[static_cast<size_t>(i)]);
  return result;
}

const SampleTransform& Dataset::transform() const {
  if (transform_) return *transform_;
  if (add_origin_) return *add_origin_;
  return storage_.type() == ElementType::kUint8 ? kOfBytes : kOfFloats;
}

Dataset Dataset::with_transform(const SampleTransform& transform) const {
  Dataset preprocessed = *this;
  preprocessed.transform_ = std::make_shared<const SampleTransform>(transform);
  return preprocessed;
}

void Dataset::expect(int64_t begin, int64_t end) const {
  if (!storage_.is_mapped() || begin >= end) return;
  const int64_t first = stored_row(begin), last = stored_row(end - 1);
  if (first <= last) storage_.expect(first * sample_dim_, (last + 1) * sample_dim_);
}

// Selected rows are released only if they are in ascending order, as those of a split are.
void Dataset::release(int64_t begin, int64_t end) const {
  if (!storage_.is_mapped() || begin >= end) return;
  const int64_t first = stored_row(begin), last = stored_row(end - 1);
  if (first <= last) storage_.release(first * sample_dim_, (last + 1) * sample_dim_);
}

Dataset concatenate(const Dataset& first, const Dataset& second) {
  if (first.sample_shape() != second.sample_shape())
    throw Error(ErrorKind::kData,
                fmt::format("'{}' has samples of {} and '{}' of {}; they cannot be joined.", first.name(),
                            to_string(first.sample_shape()), second.name(), to_string(second.sample_shape())));
  const int64_t dim = first.sample_dim(), size = first.size() + second.size();
  const bool has_labels = first.has_labels() && second.has_labels();
  const Dataset numbered = has_labels ? second.with_classes_of(first) : second;
  std::vector<int32_t> labels;
  if (has_labels && numbered.has_labels())
    for (const Dataset* each : {&first, &numbered})
      labels.insert(labels.end(), each->labels().begin(), each->labels().end());
  const auto is_sparse = [](const Dataset& data) { return data.storage().is_sparse() && !data.is_preprocessed(); };
  const auto is_bytes = [](const Dataset& data) { return data.storage().type() == ElementType::kUint8; };
  std::optional<Dataset> joined;
  if (is_bytes(first) && is_bytes(second)) {
    std::vector<uint8_t> values;
    values.reserve(static_cast<size_t>(size * dim));
    for (const Dataset* each : {&first, &second})
      for (int64_t i = 0; i < each->size(); ++i) {
        const std::span<const uint8_t> sample = each->sample(i);
        values.insert(values.end(), sample.begin(), sample.end());
      }
    joined.emplace(first.name(), first.sample_shape(), std::move(values), std::move(labels));
  } else if (is_sparse(first) && is_sparse(second)) {
    std::vector<int64_t> starts = {0};
    std::vector<SparseValue> values;
    for (const Dataset* each : {&first, &second})
      for (int64_t i = 0; i < each->size(); ++i) {
        const std::span<const SparseValue> row = each->storage().sparse_row(each->stored_row(i));
        values.insert(values.end(), row.begin(), row.end());
        starts.push_back(static_cast<int64_t>(values.size()));
      }
    joined.emplace(first.name(), first.sample_shape(), SampleStorage::sparse(std::move(starts), std::move(values), dim),
                   std::move(labels));
  } else {
    std::vector<float> values(static_cast<size_t>(size * dim));
    read_from(first, first.origin(), values.data());
    read_from(second, first.origin(), values.data() + first.size() * dim);
    joined.emplace(first.name(), first.sample_shape(), SampleStorage::of_floats(std::move(values)), std::move(labels));
    if (!first.origin().empty()) joined->set_origin({first.origin().begin(), first.origin().end()});
  }
  if (joined->has_labels()) joined->set_class_names(first.class_names());
  joined->set_feature_names(first.feature_names());
  joined->set_categories(first.categories());
  if (first.has_sample_names() && second.has_sample_names()) {
    std::vector<std::string> names;
    for (const Dataset* each : {&first, &second})
      for (int64_t i = 0; i < each->size(); ++i) names.push_back(each->sample_name(i));
    joined->set_sample_names(std::move(names));
  }
  if (!first.identity_columns().empty() && first.identity_columns() == second.identity_columns()) {
    std::vector<std::vector<std::string>> texts;
    for (const Dataset* each : {&first, &second})
      for (int64_t i = 0; i < each->size(); ++i) texts.push_back(each->identity(i));
    joined->set_identity(first.identity_columns(), std::move(texts));
  }
  return *joined;
}

}  // namespace hourglass
