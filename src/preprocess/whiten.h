#pragma once
// Whitening: uncorrelated values of variance 1 (Bell and Sejnowski, "The independent components of natural scenes are
// edge filters", Vision Research 37, 1997).

#include <memory>

#include "preprocess/step.h"

namespace hourglass {

/// With the covariance U diag(l) U^T of the training set (dividing by the number of samples), largest l first:
///   pca: y = diag(l + epsilon)^(-1/2) U^T (x - mean), first `components` rows; the result is a row of features.
///        The element of largest magnitude in each column of U is positive.
///   zca: U times the result of pca.
/// The inverse multiplies by the (pseudo-)inverse matrix and adds the mean.
std::unique_ptr<Step> make_whiten_pca(const Shape& shape, double epsilon, int64_t components);
std::unique_ptr<Step> make_whiten_zca(const Shape& shape, double epsilon);

}  // namespace hourglass
