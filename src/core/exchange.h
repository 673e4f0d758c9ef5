#pragma once
// Sums over the workers of a team, for what depends on the whole batch.

#include <cstdint>
#include <span>
#include <vector>

#include "core/barrier.h"

namespace hourglass {

/// Batch statistics are those of the whole batch though every worker holds only its slice: each brings its part, and all
/// leave with the same sum, added in worker order so that it is the same in every run.
class Exchange {
 public:
  /// `capacity`: the most values that are summed at once.
  Exchange(int workers, int64_t capacity);

  /// values = the sum over all workers of their values. Every worker of the team must call it, in the same order of
  /// calls, with as many values. Throws nothing and allocates nothing.
  void sum(int worker, std::span<double> values);

 private:
  std::span<double> slot(int round, int worker);

  int workers_;
  size_t capacity_;
  Barrier barrier_;
  // Two sets of slots in turn: who writes the next round cannot overtake who still reads this one.
  std::vector<double> slots_;
  struct alignas(64) Round {
    int next = 0;
  };
  std::vector<Round> rounds_;
};

}  // namespace hourglass
