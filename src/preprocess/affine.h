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
    std::vector<float> shift, scale;  ///< of one number, or one a feature
  };
  using Learn = std::function<Map(const Fitting&)>;
  /// `by_feature`: `learn` gives one shift and one scale a feature. `target`: the range it brings values to.
  Affine(const Shape& shape, bool by_feature, Learn learn, std::optional<ValueRange> target = {});

  void fit(const Fitting& fitting) override { map_ = learn_(fitting); }
  std::vector<Learned> learned() override;
  bool folds() const override { return true; }
  bool fold(SampleTransform& transform) const override { return transform.then_affine(map_.shift, map_.scale); }
  bool inverts() const override { return true; }
  void invert(int64_t rows, const float* y, float* x) const override;
  std::optional<ValueRange> range(std::optional<ValueRange> before) const override;

 private:
  bool by_feature_;
  Learn learn_;
  std::optional<ValueRange> target_;
  Map map_;
};

/// From the range of all values, or the one that the steps before decide, to `target`.
std::unique_ptr<Step> make_scale(const Shape& shape, ValueRange target);
/// By feature, from the smallest and the largest value of the training part to `target`.
std::unique_ptr<Step> make_minmax(const Shape& shape, ValueRange target);
/// By feature, less the mean, by the standard deviation (which divides by the number of samples).
std::unique_ptr<Step> make_standardize(const Shape& shape);
/// By feature, less the median, by the distance of the quartiles.
std::unique_ptr<Step> make_robust(const Shape& shape);
/// Less the mean of all values of the training part.
std::unique_ptr<Step> make_remove_global_mean(const Shape& shape);

}  // namespace hourglass
