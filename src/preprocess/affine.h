#pragma once
// Steps that shift and scale: x -> (x - shift) scale.

#include <functional>
#include <optional>
#include <vector>

#include "preprocess/step.h"

namespace hourglass {

class Affine final : public Step {
 public:
  struct Map {
    std::vector<float> shift, scale;  ///< one value, or one per feature
  };
  using FitMap = std::function<Map(const Fitting&)>;
  /// `by_feature`: `fit_map` returns one shift and one scale per feature. `target`: range of the results.
  /// `limit`: results are limited to [-limit, limit].
  Affine(const Shape& shape, bool by_feature, FitMap fit_map, std::optional<ValueRange> target = {},
         std::optional<float> limit = {});

  void fit(const Fitting& fitting) override { map_ = fit_map_(fitting); }
  std::vector<Parameter> parameters() override;
  bool folds() const override { return true; }
  bool fold(SampleTransform& transform) const override;
  bool inverts() const override { return true; }
  void invert(int64_t rows, const float* y, float* x) const override;
  std::optional<ValueRange> range(std::optional<ValueRange> before) const override;

 private:
  bool by_feature_;
  FitMap fit_map_;
  std::optional<ValueRange> target_;
  std::optional<float> limit_;
  Map map_;
};

/// Maps the range of all values to `target`. The range is known from the previous steps or measured.
std::unique_ptr<Step> make_scale(const Shape& shape, ValueRange target);
/// Maps the range of each feature in the training set to `target`.
std::unique_ptr<Step> make_minmax(const Shape& shape, ValueRange target);
/// Subtracts the mean of each feature and divides by its standard deviation (divided by n).
std::unique_ptr<Step> make_standardize(const Shape& shape);
/// Subtracts the median of each feature and divides by its interquartile range. With a limit, results are limited to
/// [-limit, limit]; then a feature with a range of 0 is divided by its standard deviation, and a value that differs
/// from the only one of a feature in the training set becomes -limit or limit.
std::unique_ptr<Step> make_robust(const Shape& shape, std::optional<float> limit);
/// Subtracts the mean of all values of the training set.
std::unique_ptr<Step> make_remove_global_mean(const Shape& shape);

}  // namespace hourglass
