#include "data/class_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <optional>

#include "hourglass/error.h"

namespace hourglass {
namespace {

[[noreturn]] void fail(const std::string& source, const std::string& found) {
  throw Error(ErrorKind::kData, fmt::format("The labels in '{}' are not classes: {}.", source, found));
}

/// Assigns class numbers to the distinct keys in ascending order. `name_of` returns the name of a key.
template <typename Key, typename Less, typename NameOf>
ClassLabels number_classes(const std::vector<Key>& keys, const Less& less, const NameOf& name_of) {
  std::map<Key, int32_t, Less> numbers(less);
  for (const Key& key : keys) numbers.emplace(key, 0);
  ClassLabels result;
  int32_t next = 0;
  for (auto& [key, number] : numbers) {
    number = next++;
    result.names.push_back(name_of(key));
  }
  for (const Key& key : keys) result.labels.push_back(numbers.find(key)->second);
  return result;
}

ClassLabels number_classes(const std::vector<int64_t>& values) {
  ClassLabels result =
      number_classes(values, std::less<int64_t>(), [](int64_t value) { return std::to_string(value); });
  const auto own_number = [&](size_t i) { return result.names[i] == std::to_string(i); };
  size_t i = 0;
  while (i < result.names.size() && own_number(i)) ++i;
  if (i == result.names.size()) result.names.clear();
  return result;
}

std::optional<int64_t> whole_number(const std::string& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

ClassLabels class_labels(const NumberArray& array, const std::string& source) {
  // A matrix of one row or one column is also accepted.
  if (std::ranges::count_if(array.shape, [](int64_t size) { return size != 1; }) > 1)
    fail(source,
         fmt::format("they are an array of shape {}; one number per sample was expected", to_string(array.shape)));
  constexpr double kLargest = 9e15;  // smaller integers are exact
  std::vector<int64_t> values;
  visit_numbers(array, [&](auto numbers) {
    for (size_t i = 0; i < numbers.size(); ++i) {
      const auto value = static_cast<double>(numbers[i]);
      if (!(std::abs(value) < kLargest) || value != std::trunc(value))
        fail(source, fmt::format("value {} is {}; an integer was expected", i, value));
      values.push_back(static_cast<int64_t>(value));
    }
  });
  return number_classes(values);
}

ClassLabels class_labels(const std::vector<std::string>& texts, const std::string& source) {
  std::vector<int64_t> values;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].empty()) fail(source, fmt::format("row {} has no label", i));
    if (values.size() == i)
      if (const auto value = whole_number(texts[i])) values.push_back(*value);
  }
  if (values.size() == texts.size()) return number_classes(values);
  return number_classes(texts, std::less<std::string>(), [](const std::string& text) { return text; });
}

}  // namespace hourglass
