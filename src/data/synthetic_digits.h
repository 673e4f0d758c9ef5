#pragma once
// The built-in data set: handwritten-looking digits drawn from strokes; no file, no network.

#include <cstdint>

#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// The two parts share no image.
enum class DigitPart { kTrain, kTest };

/// `count` grey images {28, 28, 1} with their labels 0..9; white ink on black. Every ten images in a row hold each
/// digit once, in shuffled order. Image i depends on (seed, part, i) alone: not on `count`, not on the number of
/// threads. Throws Error(kUsage) where `count` is below 1.
Dataset synthetic_digits(int64_t count, uint64_t seed, DigitPart part, const Context& context = {});

}  // namespace hourglass
