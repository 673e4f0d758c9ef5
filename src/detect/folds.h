#pragma once
// The folds of a training set.

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "core/random.h"

namespace hourglass {

/// Fold of sample `sample`: each run of `folds` consecutive samples is a random permutation of all folds. So the sizes
/// of the folds differ by at most one, and the fold of a sample depends only on its position and the seed.
inline int fold_of(int64_t sample, int folds, uint64_t seed) {
  const auto count = static_cast<uint64_t>(folds);
  const uint64_t run = static_cast<uint64_t>(sample) / count, position = static_cast<uint64_t>(sample) % count;
  RandomStream random(seed, RandomPurpose::kFolds, run);
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  for (uint64_t i = 0; i <= position; ++i) std::swap(order[i], order[i + random.below(count - i)]);
  return order[position];
}

}  // namespace hourglass
