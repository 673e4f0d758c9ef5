#pragma once
// From stored samples to a float32 batch, in one pass.

#include <cstdint>

namespace hourglass {

/// How a stored value v becomes the value x a model sees:
///   a float v that is not finite is first replaced by that of its feature in `missing`, where there is one;
///   x = (v - shift) scale, of one number each, or of one for each feature where `shifts` and `scales` are given;
///   then, where `binarize` is set, 1 where x > threshold and 0 elsewhere.
struct ValueTransform {
  float shift = 0, scale = 1;
  const float* shifts = nullptr;  ///< [dim], with `scales`
  const float* scales = nullptr;
  const float* missing = nullptr;  ///< [dim]; null: v stays as it is
  bool binarize = false;
  float threshold = 0.5f;
};

/// out[rows, dim] = the transformed rows indices[0..rows) of values[*, dim], or its first rows where `indices` is null.
/// `upcoming`, as long as `indices` or null, names the rows of the next call: they are asked into the cache.
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const uint8_t* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out);
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const float* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out);

}  // namespace hourglass
