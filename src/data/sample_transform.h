#pragma once
// Conversion of stored values to model input in a single pass.

#include <span>
#include <vector>

#include "hourglass/dataset.h"
#include "kernels/gather.h"

namespace hourglass {

/// Converts a stored value to a model input: an affine map, then optionally limits, a threshold or
/// a random draw. Initially a
/// byte v becomes v / 255 and a float is unchanged. Each `then_...` call appends a step. It returns false and changes
/// nothing if the step cannot be combined with the previous ones; then the values must be computed and stored before
/// the step.
class SampleTransform {
 public:
  explicit SampleTransform(ElementType type = ElementType::kFloat32);
  /// A stored value becomes v - shift of its feature, a byte v / 255 - shift.
  explicit SampleTransform(std::vector<double> shift, ElementType type = ElementType::kFloat32);

  /// x -> (x - shift) scale. Both have one number, or one per feature.
  bool then_affine(std::span<const float> shift, std::span<const float> scale);
  /// Replaces values that are not finite by the given value of their feature.
  bool then_replace_missing(std::span<const float> values);
  /// x -> low if x < low, high if x > high.
  bool then_limit(float low, float high);
  /// x -> 1 if x > threshold, else 0.
  bool then_binarize(float threshold);
  /// x -> 1 with probability x, else 0; drawn again in every training step.
  bool then_draw();

  bool draws() const { return draws_; }
  /// Parameters for the kernel, valid as long as this object.
  ValueTransform kernel() const;

 private:
  bool ends() const { return limits_ || binarizes_ || draws_; }

  std::vector<double> shift_, scale_;  // one number, or one per feature
  std::vector<float> shifts_, scales_, missing_;
  bool limits_ = false, binarizes_ = false, draws_ = false;
  float low_ = 0, high_ = 0;
  float threshold_ = 0;
};

/// The transform of the stored samples of `data`, read as values of `type`, to differences from `origin`, one number
/// per feature; empty: all 0.
SampleTransform relative_to(const Dataset& data, std::span<const double> origin, ElementType type);

}  // namespace hourglass
