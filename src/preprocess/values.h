#pragma once
// Steps on single values and on the values of one sample.

#include <memory>

#include "preprocess/step.h"

namespace hourglass {

/// What stands in for missing values.
enum class Imputation { kMean, kMedian, kConstant };
std::unique_ptr<Step> make_impute(const Shape& shape, Imputation imputation, float constant);

std::unique_ptr<Step> make_binarize(const Shape& shape, float threshold);
std::unique_ptr<Step> make_bernoulli(const Shape& shape);

std::unique_ptr<Step> make_remove_image_mean(const Shape& shape);

/// Cuts values to the mean +- `deviations` standard deviations.
std::unique_ptr<Step> make_clip_image(const Shape& shape, double deviations);
std::unique_ptr<Step> make_clip_global(const Shape& shape, double deviations);

}  // namespace hourglass
