#pragma once
// The directions in which points of many dimensions are spread the most.

#include <vector>

#include "hourglass/tensor.h"

namespace hourglass {

struct PrincipalComponents {
  Tensor mean;                         ///< {1, dim}
  Tensor axes;                         ///< {count, dim}, orthonormal, the largest variance first
  std::vector<double> variance_parts;  ///< of the whole variance, along each
};

/// The first `count` of points {n, dim}, or all where dim is smaller.
PrincipalComponents principal_components(const Tensor& points, int64_t count);

}  // namespace hourglass
