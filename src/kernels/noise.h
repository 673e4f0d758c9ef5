#pragma once
// Random values for the rows of a batch, on the calling thread. Nothing is allocated.

#include <cstdint>

#include "core/random.h"
#include "hourglass/value_range.h"

namespace hourglass {

/// What the values below depend on, besides the place of the row in the batch and of the value in the row. They do not
/// depend on the width of the row, on how the rows are split into calls, or on the instruction set (but normal values
/// do in their last bits). Streams that differ in any field share no value, nor any with a RandomStream.
///
/// Value j of row r is word (j % 64) / 16 of the Philox block (j / 64) 16 + j % 16 of the row: words of one place in
/// their blocks lie side by side, so that no vector has to be reordered. The counter of a block is
///   {block, purpose | layer << 8 | step / 2^32 << 20, step mod 2^32, r},  the key is the seed.
struct NoiseStream {
  uint64_t seed;
  RandomPurpose purpose;
  uint32_t layer;  ///< below 2^12
  uint64_t step;   ///< below 2^44
};

/// out[rows, width] = uniform in [0, 1), 24 bits each. Here as below `first_row` is the place of row 0 in the batch.
void fill_uniform(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float* out);

/// out[rows, width] = standard normal (Box, Muller 1958), of magnitude below 5.8.
void fill_normal(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float* out);

// In the following y may be x, and u is the uniform value of the element.

/// y[rows, width] = u < rate ? 0 : x / (1 - rate), for 0 <= rate < 1. The same call takes the gradient of y to that
/// of x.
void dropout(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float rate, const float* x,
             float* y);

/// y[rows, width] = x + sigma times a standard normal value, moved into `bounds`.
void add_gaussian(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float sigma,
                  const ValueRange& bounds, const float* x, float* y);

/// y[rows, width] = u < probability ? 0 : x.
void mask_values(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float probability,
                 const float* x, float* y);

/// y[rows, width] = u < probability / 2 ? bounds.low : u < probability ? bounds.high : x.
void salt_and_pepper(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float probability,
                     const ValueRange& bounds, const float* x, float* y);

/// y[rows, width] = u < x ? 1 : 0.
void bernoulli(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, const float* x, float* y);

}  // namespace hourglass
