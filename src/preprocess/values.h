#pragma once
// Steps on single values, or on the values of one sample.

#include <memory>

#include "preprocess/step.h"

namespace hourglass {

/// Replacement of missing values.
enum class Imputation { kMean, kMedian, kConstant };
std::unique_ptr<Step> make_impute(const Shape& shape, Imputation imputation, double constant,
                                  std::optional<double> empty = {});

std::unique_ptr<Step> make_binarize(const Shape& shape, float threshold);
std::unique_ptr<Step> make_none(const Shape& shape);
std::unique_ptr<Step> make_bernoulli(const Shape& shape);

std::unique_ptr<Step> make_remove_image_mean(const Shape& shape);

/// Clips values to the mean +- `deviations` standard deviations, of the sample or of the training set.
std::unique_ptr<Step> make_clip_image(const Shape& shape, double deviations);
std::unique_ptr<Step> make_clip_global(const Shape& shape, double deviations);

}  // namespace hourglass
