#pragma once
// One value per category.

#include <map>
#include <string>
#include <vector>

#include "hourglass/value_range.h"
#include "preprocess/step.h"

namespace hourglass {

/// See Preprocessing. `widths`: number of categories by feature.
class OneHot final : public Step {
 public:
  OneHot(const Shape& shape, std::map<int64_t, int64_t> widths);

  /// Where the values of each feature begin, and the number of values.
  const std::vector<int64_t>& starts() const { return starts_; }
  bool is_category(int64_t feature) const { return widths_.contains(feature); }
  /// The values of each category.
  std::vector<ValueGroup> groups() const;

  bool folds() const override { return widths_.empty(); }
  bool fold(SampleTransform&) const override { return true; }
  void apply(int64_t rows, const float* x, float* y) const override;
  bool inverts() const override { return true; }
  /// The position of the largest value of a group.
  void invert(int64_t rows, const float* y, float* x) const override;
  std::optional<ValueRange> range(std::optional<ValueRange> before) const override;

 private:
  std::map<int64_t, int64_t> widths_;
  std::vector<int64_t> starts_;
};

/// The steps with a one_hot step that has the widths of the categories of `train`, after impute if there is none. The
/// steps are unchanged if `train` has no categories.
std::vector<std::string> with_categories(std::vector<std::string> steps, const Dataset& train);

}  // namespace hourglass
