#include "preprocess/one_hot.h"

#include <fmt/format.h>

#include <algorithm>

namespace hourglass {
namespace {

constexpr const char* kWord = "one_hot";

Shape encoded_shape(const Shape& shape, const std::map<int64_t, int64_t>& widths) {
  if (widths.empty()) return shape;
  int64_t dim = num_elements(shape);
  for (const auto& [feature, width] : widths) dim += width - 1;
  return {dim};
}

}  // namespace

OneHot::OneHot(const Shape& shape, std::map<int64_t, int64_t> widths)
    : Step(shape, encoded_shape(shape, widths)), widths_(std::move(widths)) {
  int64_t start = 0;
  for (int64_t j = 0; j < input_dim(); ++j) {
    starts_.push_back(start);
    start += is_category(j) ? widths_.at(j) : 1;
  }
  starts_.push_back(start);
}

std::vector<ValueGroup> OneHot::groups() const {
  std::vector<ValueGroup> groups;
  for (const auto& [feature, width] : widths_) {
    const int64_t begin = starts_[static_cast<size_t>(feature)];
    groups.push_back({begin, begin + width});
  }
  return groups;
}

void OneHot::apply(int64_t rows, const float* x, float* y) const {
  for (int64_t row = 0; row < rows; ++row, x += input_dim(), y += output_dim())
    for (int64_t j = 0; j < input_dim(); ++j) {
      const auto at = static_cast<size_t>(j);
      float* group = y + starts_[at];
      if (!is_category(j)) {
        *group = x[j];
        continue;
      }
      const int64_t width = starts_[at + 1] - starts_[at];
      std::fill_n(group, width, 0.0f);
      // A value that is not the number of a category, such as -1, is none of them.
      if (x[j] >= 0 && x[j] < static_cast<float>(width)) group[static_cast<int64_t>(x[j])] = 1;
    }
}

void OneHot::invert(int64_t rows, const float* y, float* x) const {
  for (int64_t row = 0; row < rows; ++row, x += input_dim(), y += output_dim())
    for (int64_t j = 0; j < input_dim(); ++j) {
      const auto at = static_cast<size_t>(j);
      const float *begin = y + starts_[at], *end = y + starts_[at + 1];
      x[j] = is_category(j) ? static_cast<float>(std::max_element(begin, end) - begin) : *begin;
    }
}

std::optional<ValueRange> OneHot::range(std::optional<ValueRange> before) const {
  return widths_.empty() ? before : std::nullopt;
}

std::vector<std::string> with_categories(std::vector<std::string> steps, const Dataset& train) {
  if (train.categories().empty()) return steps;
  std::string text = kWord;
  for (size_t j = 0; j < train.categories().size(); ++j)
    if (!train.categories()[j].empty()) text += fmt::format(" {}={}", j, train.categories()[j].size());
  const auto is_one_hot = [](const std::string& step) { return step.starts_with(kWord); };
  if (const auto found = std::ranges::find_if(steps, is_one_hot); found != steps.end())
    *found = text;
  else
    steps.insert(steps.begin() + (!steps.empty() && steps[0].starts_with("impute") ? 1 : 0), text);
  return steps;
}

}  // namespace hourglass
