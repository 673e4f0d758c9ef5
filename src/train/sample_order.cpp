#include "train/sample_order.h"

#include <algorithm>

#include "core/random.h"

namespace hourglass {

SampleOrder::SampleOrder(const Dataset& train, bool shuffled, uint64_t seed, int64_t window_bytes, int64_t block_bytes)
    : train_(train), shuffled_(shuffled), seed_(seed), blocks_per_window_(1) {
  const int64_t size = train.size();
  int64_t block = std::max<int64_t>(1, size);
  if (train.storage().is_mapped() && train.stored_bytes() > window_bytes) {
    block = std::max<int64_t>(1, block_bytes * size / train.stored_bytes());
    blocks_per_window_ = std::max<int64_t>(1, window_bytes / block_bytes);
  }
  blocks_.resize(static_cast<size_t>((size + block - 1) / block));
  windows_.resize((blocks_.size() + static_cast<size_t>(blocks_per_window_) - 1) /
                  static_cast<size_t>(blocks_per_window_));
  rows_.resize(static_cast<size_t>(size));
  for (size_t i = 0; i < blocks_.size(); ++i)
    blocks_[i] = {static_cast<int64_t>(i) * block, std::min(size, static_cast<int64_t>(i + 1) * block)};
}

void SampleOrder::begin_epoch(int64_t epoch) {
  RandomStream random(seed_, RandomPurpose::kShuffle, static_cast<uint64_t>(epoch));
  const auto shuffle = [&](auto begin, size_t count) {
    for (size_t i = shuffled_ ? count : 0; i > 1; --i) std::swap(begin[i - 1], begin[random.below(i)]);
  };
  std::ranges::sort(blocks_, {}, &Block::begin);
  shuffle(blocks_.begin(), blocks_.size());
  int64_t place = 0;
  for (size_t w = 0; w < windows_.size(); ++w) {
    Window& window = windows_[w];
    window.first_block = w * static_cast<size_t>(blocks_per_window_);
    window.last_block = std::min(blocks_.size(), window.first_block + static_cast<size_t>(blocks_per_window_));
    window.begin = place;
    for (size_t b = window.first_block; b < window.last_block; ++b)
      for (int64_t sample = blocks_[b].begin; sample < blocks_[b].end; ++sample)
        rows_[static_cast<size_t>(place++)] = train_.stored_row(sample);
    window.end = place;
    shuffle(rows_.begin() + window.begin, static_cast<size_t>(window.end - window.begin));
  }
  next_window_ = 0;
  expect(0);
}

void SampleOrder::expect(size_t window) const {
  if (windows_.size() < 2 || window >= windows_.size()) return;
  for (size_t b = windows_[window].first_block; b < windows_[window].last_block; ++b)
    train_.expect(blocks_[b].begin, blocks_[b].end);
}

void SampleOrder::release_before(int64_t place) {
  if (windows_.size() < 2) return;
  // L-BFGS passes over the samples several times per epoch.
  if (next_window_ > 0 && place < windows_[next_window_ - 1].begin) next_window_ = 0;
  for (; next_window_ < windows_.size() && windows_[next_window_].end <= place; ++next_window_) {
    const Window& window = windows_[next_window_];
    for (size_t b = window.first_block; b < window.last_block; ++b) train_.release(blocks_[b].begin, blocks_[b].end);
    expect(next_window_ + 2);
  }
}

}  // namespace hourglass
