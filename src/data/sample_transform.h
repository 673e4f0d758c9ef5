#pragma once
// What a model sees of stored values, as one pass over them can compute it.

#include <span>
#include <vector>

#include "hourglass/dataset.h"
#include "kernels/gather.h"

namespace hourglass {

/// From a stored value to the one a model sees: an affine map, then perhaps a threshold or a draw. It starts as what
/// a type stands for, a byte for its part of 255 and a float for itself, and takes up one step after the other. Where
/// a step does not fit behind those before, `then_...` returns false and changes nothing: the values have to be
/// computed and stored before the step.
class SampleTransform {
 public:
  explicit SampleTransform(ElementType type = ElementType::kFloat32);

  /// x -> (x - shift) scale, of one number each or of one a feature.
  bool then_affine(std::span<const float> shift, std::span<const float> scale);
  /// Values that are not finite become those of their feature.
  bool then_replace_missing(std::span<const float> values);
  /// x -> 1 where x > threshold, else 0.
  bool then_binarize(float threshold);
  /// x -> 1 with the probability x, else 0, drawn anew in every step of training.
  bool then_draw();

  bool draws() const { return draws_; }
  /// For the kernel; valid as long as this object.
  ValueTransform kernel() const;

 private:
  bool ends() const { return binarizes_ || draws_; }

  std::vector<double> shift_, scale_;  // of one number, or one a feature
  std::vector<float> shifts_, scales_, missing_;
  bool binarizes_ = false, draws_ = false;
  float threshold_ = 0;
};

}  // namespace hourglass
