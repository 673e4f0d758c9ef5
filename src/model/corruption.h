#pragma once
// What is done to the input of a denoising autoencoder.

#include <cstdint>

#include "hourglass/config.h"

namespace hourglass {

/// Whether anything is done at all.
bool corrupts(const CorruptionConfig& config);

/// noisy[rows, width] from clean[rows, width]: first the normal noise, then the mask, then salt and pepper, each drawn
/// anew for every (seed, step, place of the row in the batch).
void corrupt(const CorruptionConfig& config, uint64_t seed, uint64_t step, int64_t first_row, int64_t rows,
             int64_t width, const float* clean, float* noisy);

}  // namespace hourglass
