#pragma once
// In which order an epoch takes the samples, in memory or out of a file that is larger than it.

#include <cstdint>
#include <vector>

#include "hourglass/dataset.h"

namespace hourglass {

/// Every sample once an epoch, in an order that follows from (seed, epoch) alone. Samples in memory are shuffled as a
/// whole (Fisher and Yates; Durstenfeld 1964). Those of a mapped file larger than a window are cut into blocks of
/// neighbours: the blocks are shuffled, and then the samples of as many blocks as fill a window among each other, so
/// that no more than about two windows of the file are in memory at a time.
class SampleOrder {
 public:
  static constexpr int64_t kWindowBytes = int64_t{128} << 20, kBlockBytes = int64_t{1} << 20;

  /// `shuffled` false: the samples keep their own order in every epoch. `train` must outlive this object.
  SampleOrder(const Dataset& train, bool shuffled, uint64_t seed, int64_t window_bytes = kWindowBytes,
              int64_t block_bytes = kBlockBytes);

  void begin_epoch(int64_t epoch);
  /// The stored rows (see Dataset::stored_row) of all samples in the order of the epoch.
  const uint32_t* rows() const { return rows_.data(); }

  /// Gives back the memory of the windows that end at or before this place in the order, and announces the next but
  /// one. Allocates nothing.
  void release_before(int64_t place);

 private:
  struct Block {
    int64_t begin, end;  // samples
  };
  struct Window {
    size_t first_block, last_block;  // of the epoch's blocks, the last not included
    int64_t begin, end;              // places in the order
  };
  void expect(size_t window) const;

  const Dataset& train_;
  bool shuffled_;
  uint64_t seed_;
  std::vector<Block> blocks_;  // in the order of the epoch
  std::vector<Window> windows_;
  std::vector<uint32_t> rows_;
  int64_t blocks_per_window_;
  size_t next_window_ = 0;  // that is not given back yet
};

}  // namespace hourglass
