#pragma once
// Whitening: uncorrelated values of variance 1 (Bell and Sejnowski, "The independent components of natural scenes are
// edge filters", Vision Research 37, 1997).

#include <memory>

#include "preprocess/step.h"

namespace hourglass {

/// With the covariance U diag(l) U^T of the training part (dividing by the number of samples), largest l first:
///   pca: y = diag(l + epsilon)^(-1/2) U^T (x - mean), of the first `components` rows; the sample becomes a row of
///        features. The largest element of each column of U is positive.
///   zca: U times the former.
/// The way back multiplies by the (pseudo-)inverse.
std::unique_ptr<Step> make_whiten_pca(const Shape& shape, double epsilon, int64_t components);
std::unique_ptr<Step> make_whiten_zca(const Shape& shape, double epsilon);

}  // namespace hourglass
