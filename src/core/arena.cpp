#include "core/arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <utility>

#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr size_t kLineFloats = 16;
constexpr size_t kPage = 4096;
constexpr size_t kHugePage = size_t{2} << 20;

}  // namespace

Arena::Arena(Arena&& other) noexcept
    : block_(std::exchange(other.block_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(std::exchange(other.mapped_, 0)) {}

Arena& Arena::operator=(Arena&& other) noexcept {
  std::swap(block_, other.block_);
  std::swap(size_, other.size_);
  std::swap(mapped_, other.mapped_);
  return *this;
}

Arena::~Arena() {
  if (block_) munmap(block_, mapped_);
}

size_t Arena::reserve(int64_t count) {
  const size_t handle = size_;
  const size_t floats = (static_cast<size_t>(count) + kLineFloats - 1) / kLineFloats * kLineFloats;
  if (count < 0 || floats > std::numeric_limits<size_t>::max() / sizeof(float) / 2 - size_)
    throw Error(ErrorKind::kUsage,
                "The model needs more memory than can be addressed. Make its layers or the batch smaller.");
  size_ += floats;
  return handle;
}

// Pages that the system maps are zero and take memory only once they are written to.
void Arena::commit() {
  const size_t bytes = std::max(size_ * sizeof(float), size_t{1});
  const size_t alignment = bytes >= kHugePage ? kHugePage : kPage;
  const size_t length = (bytes + alignment - 1) / alignment * alignment;
  void* map = mmap(nullptr, length + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) throw std::bad_alloc();
  char* begin = static_cast<char*>(map);
  char* aligned = begin + (alignment - reinterpret_cast<uintptr_t>(begin) % alignment) % alignment;
  if (aligned > begin) munmap(begin, static_cast<size_t>(aligned - begin));
  if (const size_t behind = alignment - static_cast<size_t>(aligned - begin)) munmap(aligned + length, behind);
  block_ = reinterpret_cast<float*>(aligned);
  mapped_ = length;
  // Weights are read across rows: with small pages every row of a tile is another page. A refusal costs only speed.
  if (alignment == kHugePage) madvise(block_, length, MADV_HUGEPAGE);
}

}  // namespace hourglass
