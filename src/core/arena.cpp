#include "core/arena.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr size_t kLineFloats = 16;
constexpr size_t kHugePage = size_t{2} << 20;

}  // namespace

Arena::Arena(Arena&& other) noexcept
    : block_(std::exchange(other.block_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Arena& Arena::operator=(Arena&& other) noexcept {
  std::swap(block_, other.block_);
  std::swap(size_, other.size_);
  return *this;
}

Arena::~Arena() { std::free(block_); }

size_t Arena::reserve(int64_t count) {
  const size_t handle = size_;
  const size_t floats = (static_cast<size_t>(count) + kLineFloats - 1) / kLineFloats * kLineFloats;
  if (count < 0 || floats > std::numeric_limits<size_t>::max() / sizeof(float) / 2 - size_)
    throw Error(ErrorKind::kUsage,
                "The model needs more memory than can be addressed. Make its layers or the batch smaller.");
  size_ += floats;
  return handle;
}

void Arena::commit() {
  const size_t bytes = size_ * sizeof(float);
  const size_t alignment = bytes >= kHugePage ? kHugePage : size_t{64};
  block_ = static_cast<float*>(std::aligned_alloc(alignment, (bytes + alignment) / alignment * alignment));
  if (!block_) throw std::bad_alloc();
  // Weights are read across rows: with small pages every row of a tile is another page. A refusal costs only speed.
  if (bytes >= kHugePage) madvise(block_, bytes, MADV_HUGEPAGE);
  std::memset(block_, 0, bytes);
}

}  // namespace hourglass
