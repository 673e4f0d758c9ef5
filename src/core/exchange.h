#pragma once
// Sums over the workers of a team, for values that depend on the whole batch.

#include <cstdint>
#include <span>
#include <vector>

#include "core/barrier.h"

namespace hourglass {

/// All-reduce for batch statistics. Every worker has only its slice of the batch. Each passes its partial sums, and all
/// get the same total. Values are added in worker order, so the total is the same in every run.
class Exchange {
 public:
  /// `capacity`: maximum number of values in one call of sum().
  Exchange(int workers, int64_t capacity);

  /// Replaces `values` by their sum over all workers. Every worker of the team must make the same calls in the same
  /// order with the same number of values. Throws nothing and allocates nothing.
  void sum(int worker, std::span<double> values);

 private:
  std::span<double> slot(int round, int worker);

  int workers_;
  size_t capacity_;
  Barrier barrier_;
  // Two sets of slots alternate, so a worker that writes the next round does not overwrite values that others still
  // read.
  std::vector<double> slots_;
  struct alignas(64) Round {
    int next = 0;
  };
  std::vector<Round> rounds_;
};

}  // namespace hourglass
