#include "kernels/reference/reference.h"

namespace hourglass::reference {

void transform_bytes(const ByteTransform& transform, int64_t n, const uint8_t* bytes, float* out) {
  for (int64_t i = 0; i < n; ++i) {
    const double value = bytes[i] / 255.0;
    out[i] =
        static_cast<float>(transform.binarize ? (value > static_cast<double>(transform.threshold) ? 1 : 0) : value);
  }
}

void gather_bytes(const ByteTransform& transform, int64_t rows, int64_t dim, const uint8_t* bytes,
                  const uint32_t* indices, const uint32_t*, float* out) {
  for (int64_t r = 0; r < rows; ++r)
    reference::transform_bytes(transform, dim, bytes + indices[r] * dim, out + r * dim);
}

}  // namespace hourglass::reference
