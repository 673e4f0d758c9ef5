#pragma once
// From the rows of a data set to a batch.

#include <cstdint>

#include "hourglass/dataset.h"

namespace hourglass {

/// What decides the values that are drawn anew for a batch: those of its row r are of (seed, step, first_row + r).
struct BatchDraw {
  uint64_t seed, step;
  int64_t first_row;
};

/// out[count, sample_dim] = the rows stored_rows[0..count) of the storage (see Dataset::stored_row) as a model sees
/// them in training. `upcoming`, as long, or null, are the rows of the next call, which are asked into the cache.
void gather_samples(const Dataset& data, int64_t count, const uint32_t* stored_rows, const uint32_t* upcoming,
                    const BatchDraw& draw, float* out);

/// The same before anything is drawn; counts from `first_row` on, and where `stored_rows` is null takes the rows in
/// their order.
void gather_stored(const Dataset& data, int64_t first_row, int64_t count, const uint32_t* stored_rows,
                   const uint32_t* upcoming, float* out);

}  // namespace hourglass
