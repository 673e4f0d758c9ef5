#pragma once
// Random values for the rows of a batch. The functions run on the calling thread and allocate no memory.

#include <cstdint>

#include "core/random.h"
#include "hourglass/value_range.h"

namespace hourglass {

/// A stream of random values. A value depends on the stream, on the index of its row in the batch and on its index in
/// the row. It does not depend on the row width, on how rows are split into calls, or on the instruction set (except
/// the last bits of normal values). Streams that differ in any field share no values with each other or with a
/// RandomStream.
///
/// Value j of row r is word (j % 64) / 16 of the Philox block (j / 64) 16 + j % 16 of the row. Equal words of
/// successive blocks are adjacent, so no vector has to be reordered. The counter of a block is
///   {block, purpose | layer << 8 | step / 2^32 << 20, step mod 2^32, r}.  The key is the seed.
struct NoiseStream {
  uint64_t seed;
  RandomPurpose purpose;
  uint32_t layer;  ///< below 2^12
  uint64_t step;   ///< below 2^44
};

/// out[rows, width] = uniform values in [0, 1) of 24 bits. `first_row` is the index of row 0 in the batch, also below.
void fill_uniform(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float* out);

/// out[rows, width] = standard normal values (Box, Muller 1958) of magnitude below 5.8.
void fill_normal(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float* out);

// Below, y can be x, and u is the uniform value of the element.

/// y[rows, width] = u < rate ? 0 : x / (1 - rate), for 0 <= rate < 1. The same call maps the gradient of y to the
/// gradient of x.
void dropout(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float rate, const float* x,
             float* y);

/// y[rows, width] = x + sigma times a standard normal value, clipped to `bounds`.
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
