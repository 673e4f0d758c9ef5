#pragma once
// Gathers rows of a dataset into a batch.

#include <cstdint>

#include "hourglass/dataset.h"

namespace hourglass {

/// Random state of the values that are drawn for a batch: row r uses (seed, step, first_row + r).
struct BatchDraw {
  uint64_t seed, step;
  int64_t first_row;
};

/// Writes rows stored_rows[0..count) of the storage (see Dataset::stored_row), preprocessed for training, into
/// out[count, sample_dim]. `upcoming` has the `count` rows of the next call, which are prefetched, or is null.
void gather_samples(const Dataset& data, int64_t count, const uint32_t* stored_rows, const uint32_t* upcoming,
                    const BatchDraw& draw, float* out);

/// The same without random draws. Row numbers are relative to `first_row`. If `stored_rows` is null, gathers `count`
/// consecutive rows.
void gather_stored(const Dataset& data, int64_t first_row, int64_t count, const uint32_t* stored_rows,
                   const uint32_t* upcoming, float* out);

}  // namespace hourglass
