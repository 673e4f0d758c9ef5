#include <cmath>

#include "kernels/reference/reference.h"

namespace hourglass::reference {
namespace {

double transformed(const ValueTransform& transform, float stored, int64_t feature) {
  const float value = transform.missing && !std::isfinite(stored) ? transform.missing[feature] : stored;
  const float shift = transform.shifts ? transform.shifts[feature] : transform.shift;
  const float scale = transform.scales ? transform.scales[feature] : transform.scale;
  double x = (static_cast<double>(value) - static_cast<double>(shift)) * static_cast<double>(scale);
  if (x < static_cast<double>(transform.low)) x = static_cast<double>(transform.low);
  if (x > static_cast<double>(transform.high)) x = static_cast<double>(transform.high);
  if (!transform.binarize) return x;
  return x > static_cast<double>(transform.threshold) ? 1 : 0;
}

template <class Value>
void gather(const ValueTransform& transform, int64_t rows, int64_t dim, const Value* values, const uint32_t* indices,
            float* out) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t j = 0; j < dim; ++j)
      out[r * dim + j] = static_cast<float>(
          transformed(transform, static_cast<float>(values[(indices ? indices[r] : r) * dim + j]), j));
}

}  // namespace

void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const uint8_t* values,
                 const uint32_t* indices, const uint32_t*, float* out) {
  gather(transform, rows, dim, values, indices, out);
}
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const float* values,
                 const uint32_t* indices, const uint32_t*, float* out) {
  gather(transform, rows, dim, values, indices, out);
}
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const Float16* values,
                 const uint32_t* indices, const uint32_t*, float* out) {
  gather(transform, rows, dim, values, indices, out);
}
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const Bfloat16* values,
                 const uint32_t* indices, const uint32_t*, float* out) {
  gather(transform, rows, dim, values, indices, out);
}

}  // namespace hourglass::reference
