#pragma once
// Steps on images {height, width, channels}.

#include <memory>

#include "data/resampling.h"
#include "preprocess/step.h"

namespace hourglass {

/// Converts 3 channels to gray; keeps images of 1 channel.
std::unique_ptr<Step> make_gray(const Shape& shape);
std::unique_ptr<Step> make_resize(const Shape& shape, int64_t height, int64_t width, Resampling resampling);
/// Keeps the center. If a margin is odd, the smaller half is cut at the top and left.
std::unique_ptr<Step> make_crop(const Shape& shape, int64_t height, int64_t width);
std::unique_ptr<Step> make_pad(const Shape& shape, int64_t margin, float value);

}  // namespace hourglass
