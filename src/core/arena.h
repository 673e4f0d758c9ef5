#pragma once
// One memory block for all buffers, laid out before the computation starts.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hourglass {

/// Float buffers in one block. First reserve() all buffers, then commit() once; then at() returns their addresses.
/// Each buffer is 64-byte aligned and zero after commit(). Pages that are never written take no memory. Large blocks
/// request huge pages.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&& other) noexcept;
  Arena& operator=(Arena&& other) noexcept;
  ~Arena();

  /// Returns a handle to a buffer of rows x width floats. Throws Error(kUsage) if there are more than 2^48 of them.
  size_t reserve(int64_t rows, int64_t width = 1);
  /// Allocates the block. Throws Error(kUsage) if the machine does not have enough memory.
  void commit();
  float* at(size_t handle) const { return block_ + handle; }
  int64_t num_floats() const { return static_cast<int64_t>(size_); }

 private:
  float* block_ = nullptr;
  size_t size_ = 0;
  size_t mapped_ = 0;  // bytes
};

}  // namespace hourglass
