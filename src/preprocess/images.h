#pragma once
// Steps on images {height, width, channels}.

#include <memory>

#include "data/resampling.h"
#include "preprocess/step.h"

namespace hourglass {

/// Of 3 channels; one is left as it is.
std::unique_ptr<Step> make_grey(const Shape& shape);
std::unique_ptr<Step> make_resize(const Shape& shape, int64_t height, int64_t width, Resampling resampling);
/// The middle; where a margin is odd, the smaller half of it is cut at top and left.
std::unique_ptr<Step> make_crop(const Shape& shape, int64_t height, int64_t width);
std::unique_ptr<Step> make_pad(const Shape& shape, int64_t margin, float value);

}  // namespace hourglass
