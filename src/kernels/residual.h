#pragma once
// Residuals of a reconstruction, compared with their usual size.

#include <cstdint>

namespace hourglass {

/// sums[rows, dim] += ln(1 + weight (output - target)^2)^(3/2), with output and target [rows, dim] and one weight >= 0
/// per feature, weight[dim]. It is NaN where the output is NaN.
void add_log_residuals(int64_t rows, int64_t dim, const float* output, const float* target, const float* weight,
                       float* sums);

}  // namespace hourglass
