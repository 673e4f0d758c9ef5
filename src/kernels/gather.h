#pragma once
// From stored bytes to a float32 batch, in one pass.

#include <cstdint>

namespace hourglass {

/// How a stored byte v becomes the value x a model sees.
struct ByteTransform {
  bool binarize = false;  ///< false: x = v / 255; true: x = (v / 255 > threshold) ? 1 : 0
  float threshold = 0.5f;
};

/// out[rows, dim] = the transformed samples indices[0..rows) of bytes[*, dim].
/// `upcoming`, as long as `indices` or null, names the samples of the next call: they are asked into the cache.
void gather_bytes(const ByteTransform& transform, int64_t rows, int64_t dim, const uint8_t* bytes,
                  const uint32_t* indices, const uint32_t* upcoming, float* out);

/// out[n] = the transformed bytes[n].
void transform_bytes(const ByteTransform& transform, int64_t n, const uint8_t* bytes, float* out);

}  // namespace hourglass
