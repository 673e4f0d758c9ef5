#pragma once
// One block of memory that buffers are laid out in before anything is computed.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hourglass {

/// Float buffers in one block: first reserve() them all, then commit() once, then at() gives their addresses.
/// Each buffer starts on a 64-byte cache line and is zero after commit(); what is never written takes no memory. Large
/// blocks ask for huge pages.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&& other) noexcept;
  Arena& operator=(Arena&& other) noexcept;
  ~Arena();

  /// A handle to a buffer of `count` floats. Throws Error(kUsage) where the sum cannot be counted.
  size_t reserve(int64_t count);
  /// Throws Error(kUsage) where the machine does not have that much memory.
  void commit();
  float* at(size_t handle) const { return block_ + handle; }
  int64_t num_floats() const { return static_cast<int64_t>(size_); }

 private:
  float* block_ = nullptr;
  size_t size_ = 0;
  size_t mapped_ = 0;  // bytes
};

}  // namespace hourglass
