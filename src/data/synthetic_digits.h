#pragma once
// Built-in dataset: digits that look handwritten, drawn from strokes. Needs no files and no network.

#include <cstdint>

#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// Training or test set. They have no image in common.
enum class DigitPart { kTrain, kTest };

/// Generates `count` gray images {28, 28, 1} with labels 0..9, white on black. Every ten consecutive images have each
/// digit once, in random order. Image i depends only on (seed, part, i), not on `count` or the number of threads.
/// Throws Error(kUsage) if `count` is below 1.
Dataset synthetic_digits(int64_t count, uint64_t seed, DigitPart part, const Context& context = {});

}  // namespace hourglass
