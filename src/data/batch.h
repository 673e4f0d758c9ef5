#pragma once
// From the rows of a data set to a batch.

#include <cstdint>

#include "hourglass/dataset.h"

namespace hourglass {

/// out[count, sample_dim] = the rows stored_rows[0..count) of the storage (see Dataset::stored_row) as a model sees
/// them. `upcoming`, as long, or null, are the rows of the next call, which are asked into the cache.
void gather_samples(const Dataset& data, int64_t count, const uint32_t* stored_rows, const uint32_t* upcoming,
                    float* out);

/// The same samples, of which a model sees what the config says. Those that were prepared before stay as they are.
Dataset prepare(const Dataset& data, const DataConfig& config);

}  // namespace hourglass
