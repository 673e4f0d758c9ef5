#pragma once
// The order of the samples in an epoch, for data in memory or in a file that does not fit into memory.

#include <cstdint>
#include <vector>

#include "hourglass/dataset.h"

namespace hourglass {

/// Every sample once per epoch, in an order that only depends on (seed, epoch). Samples in memory are shuffled as a
/// whole (Fisher and Yates; Durstenfeld 1964). A mapped file larger than a window is split into blocks of adjacent
/// samples. The blocks are shuffled and grouped into windows, and the samples of each window are shuffled. About two
/// windows of the file are in memory at a time.
class SampleOrder {
 public:
  static constexpr int64_t kWindowBytes = int64_t{128} << 20, kBlockBytes = int64_t{1} << 20;

  /// `shuffled` false: the samples are in stored order in every epoch. `train` must outlive this object.
  SampleOrder(const Dataset& train, bool shuffled, uint64_t seed, int64_t window_bytes = kWindowBytes,
              int64_t block_bytes = kBlockBytes);

  void begin_epoch(int64_t epoch);
  /// The stored rows (see Dataset::stored_row) of all samples, in the order of the epoch.
  const uint32_t* rows() const { return rows_.data(); }

  /// Releases the memory of the windows that end at or before this position, and prefetches the window after the next.
  /// Does not allocate.
  void release_before(int64_t place);

 private:
  struct Block {
    int64_t begin, end;  // samples
  };
  struct Window {
    size_t first_block, last_block;  // blocks of the window, the last not included
    int64_t begin, end;              // positions in the order
  };
  void expect(size_t window) const;

  const Dataset& train_;
  bool shuffled_;
  uint64_t seed_;
  std::vector<Block> blocks_;  // in the order of the epoch
  std::vector<Window> windows_;
  std::vector<uint32_t> rows_;
  int64_t blocks_per_window_;
  size_t next_window_ = 0;  // the first window that is not released yet
};

}  // namespace hourglass
