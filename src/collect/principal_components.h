#pragma once
// Principal components of high-dimensional points.

#include <vector>

#include "hourglass/tensor.h"

namespace hourglass {

struct PrincipalComponents {
  Tensor mean;                         ///< {1, dim}
  Tensor axes;                         ///< {count, dim}, orthonormal, by decreasing variance
  std::vector<double> variance_parts;  ///< fraction of the total variance along each axis
};

/// The first `count` principal components of points {n, dim}, or all if dim is smaller.
PrincipalComponents principal_components(const Tensor& points, int64_t count);

}  // namespace hourglass
