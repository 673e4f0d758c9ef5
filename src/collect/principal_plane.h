#pragma once
// The plane in which points of many dimensions are spread the most.

#include <array>

#include "hourglass/tensor.h"

namespace hourglass {

struct PrincipalPlane {
  Tensor mean;                           ///< {1, dim}
  Tensor axes;                           ///< {2, dim}: the first two principal components, orthonormal
  std::array<double, 2> variance_parts;  ///< of the whole variance, along each
};

/// Of points {n, dim}, dim at least 2.
PrincipalPlane principal_plane(const Tensor& points);

}  // namespace hourglass
