#include <cmath>

#include "kernels/reference/reference.h"

namespace hourglass::reference {

void add_log_residuals(int64_t rows, int64_t dim, const float* output, const float* target, const float* weight,
                       float* sums) {
  for (int64_t i = 0; i < rows * dim; ++i) {
    const double residual = static_cast<double>(output[i]) - static_cast<double>(target[i]);
    const double logarithm = std::log1p(static_cast<double>(weight[i % dim]) * residual * residual);
    sums[i] += static_cast<float>(std::pow(logarithm, 1.5));
  }
}

}  // namespace hourglass::reference
