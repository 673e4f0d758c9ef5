#pragma once
// Gathers stored samples into a float32 batch in one pass.

#include <cstdint>
#include <limits>

#include "core/float16.h"

namespace hourglass {

/// Transform of a stored value v to the model input x:
///   1. If `missing` is set, a float v that is not finite is replaced by the value of its feature in `missing`.
///   2. x = (v - shift) scale. If `shifts` and `scales` are set, the ones of the feature are used.
///   3. x is limited to [low, high].
///   4. If `binarize` is set, the result is 1 if x > threshold, else 0.
struct ValueTransform {
  float shift = 0, scale = 1;
  const float* shifts = nullptr;  ///< [dim]; set together with `scales`
  const float* scales = nullptr;
  const float* missing = nullptr;  ///< [dim]; null: v is unchanged
  float low = -std::numeric_limits<float>::infinity(), high = std::numeric_limits<float>::infinity();
  bool binarize = false;
  float threshold = 0.5f;
};

/// out[rows, dim] = the transformed rows indices[0..rows) of values[*, dim], or its first rows if `indices` is null;
/// then `out` can be `values`.
/// `upcoming` (as long as `indices`, or null) lists the rows of the next call. They are prefetched into the cache.
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const uint8_t* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out);
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const float* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out);
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const Float16* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out);
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const Bfloat16* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out);

}  // namespace hourglass
