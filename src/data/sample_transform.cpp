#include "data/sample_transform.h"

#include <algorithm>
#include <utility>

namespace hourglass {

SampleTransform::SampleTransform(ElementType type)
    : shift_{0}, scale_{type == ElementType::kUint8 ? 1.0 / 255 : 1.0}, shifts_{0}, scales_(1) {
  scales_[0] = static_cast<float>(scale_[0]);
}

SampleTransform::SampleTransform(std::vector<double> shift, ElementType type)
    : shift_(std::move(shift)), scale_(shift_.size(), type == ElementType::kUint8 ? 1.0 / 255 : 1.0) {
  for (size_t i = 0; i < shift_.size(); ++i) shift_[i] /= scale_[i];
  shifts_.assign(shift_.begin(), shift_.end());
  scales_.assign(scale_.begin(), scale_.end());
}

// ((v - a) b - c) d = (v - (a + c / b)) (b d), if b is not 0.
bool SampleTransform::then_affine(std::span<const float> shift, std::span<const float> scale) {
  if (ends() || std::ranges::count(scale_, 0.0) > 0) return false;
  const size_t size = std::max(shift_.size(), shift.size());
  std::vector<double> shifts(size), scales(size);
  for (size_t i = 0; i < size; ++i) {
    const double a = shift_[shift_.size() == 1 ? 0 : i], b = scale_[scale_.size() == 1 ? 0 : i];
    shifts[i] = a + static_cast<double>(shift[shift.size() == 1 ? 0 : i]) / b;
    scales[i] = b * static_cast<double>(scale[scale.size() == 1 ? 0 : i]);
  }
  shift_ = std::move(shifts);
  scale_ = std::move(scales);
  shifts_.assign(shift_.begin(), shift_.end());
  scales_.assign(scale_.begin(), scale_.end());
  return true;
}

bool SampleTransform::then_replace_missing(std::span<const float> values) {
  if (ends() || !missing_.empty() || std::ranges::count(scale_, 1.0) != std::ssize(scale_)) return false;
  // The kernel replaces values before it shifts them.
  missing_.resize(values.size());
  for (size_t i = 0; i < values.size(); ++i)
    missing_[i] = static_cast<float>(static_cast<double>(values[i]) + shift_[shift_.size() == 1 ? 0 : i]);
  return true;
}

bool SampleTransform::then_limit(float low, float high) {
  if (ends()) return false;
  limits_ = true;
  low_ = low;
  high_ = high;
  return true;
}

bool SampleTransform::then_binarize(float threshold) {
  if (binarizes_ || draws_) return false;
  binarizes_ = true;
  threshold_ = threshold;
  return true;
}

bool SampleTransform::then_draw() {
  if (draws_) return false;
  draws_ = true;
  return true;
}

ValueTransform SampleTransform::kernel() const {
  ValueTransform transform{.shift = shifts_[0],
                           .scale = scales_[0],
                           .missing = missing_.empty() ? nullptr : missing_.data(),
                           .binarize = binarizes_,
                           .threshold = threshold_};
  if (limits_) {
    transform.low = low_;
    transform.high = high_;
  }
  if (shifts_.size() > 1) {
    transform.shifts = shifts_.data();
    transform.scales = scales_.data();
  }
  return transform;
}

}  // namespace hourglass
