#pragma once
// Distributes the blocks of an update step over the workers.

#include <atomic>
#include <cstdint>
#include <vector>

#include "core/team.h"

namespace hourglass {

/// Each worker takes blocks from the front of its share. The shares are the same in every step, so that their weights
/// and moments stay in the cache of the core. A worker without blocks left takes from the back of other shares.
class BlockQueue {
 public:
  explicit BlockQueue(int workers) : shares_(static_cast<size_t>(workers)) {}

  /// Makes blocks 0..count-1 available again. No worker can call take() at the same time.
  void fill(int64_t count) {
    const int workers = static_cast<int>(shares_.size());
    for (int i = 0; i < workers; ++i) {
      const Range range = share(count, workers, i);
      shares_[static_cast<size_t>(i)].left = pack(static_cast<uint64_t>(range.begin), static_cast<uint64_t>(range.end));
    }
  }

  /// The next block for `worker`, or -1 if no block is left. Thread-safe.
  int64_t take(int worker) {
    const size_t workers = shares_.size(), own = static_cast<size_t>(worker);
    for (size_t i = 0; i < workers; ++i) {
      std::atomic<uint64_t>& left = shares_[(own + i) % workers].left;
      uint64_t now = left;
      while (begin(now) < end(now)) {
        const bool front = i == 0;
        if (left.compare_exchange_weak(now, front ? pack(begin(now) + 1, end(now)) : pack(begin(now), end(now) - 1)))
          return static_cast<int64_t>(front ? begin(now) : end(now) - 1);
      }
    }
    return -1;
  }

 private:
  // The remaining blocks of a share, [begin, end), in one word for atomic updates.
  static constexpr uint64_t pack(uint64_t begin, uint64_t end) { return begin << 32 | end; }
  static constexpr uint64_t begin(uint64_t word) { return word >> 32; }
  static constexpr uint64_t end(uint64_t word) { return word & 0xffffffff; }

  struct alignas(64) Share {
    std::atomic<uint64_t> left = 0;
  };
  std::vector<Share> shares_;
};

}  // namespace hourglass
