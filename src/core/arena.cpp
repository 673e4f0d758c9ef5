#include "core/arena.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr size_t kLineFloats = 16;
constexpr size_t kPage = 4096;
constexpr size_t kHugePage = size_t{2} << 20;

size_t physical_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  return pages > 0 && page > 0 ? static_cast<size_t>(pages) * static_cast<size_t>(page)
                               : std::numeric_limits<size_t>::max();
}

[[noreturn]] void refuse(size_t bytes) {
  constexpr double kGib = 1 << 30;
  throw Error(ErrorKind::kUsage,
              fmt::format("The model needs {:.1f} GiB of memory in one piece; this machine has {:.1f} GiB in all. Make "
                          "its layers or the batch smaller.",
                          static_cast<double>(bytes) / kGib, static_cast<double>(physical_memory()) / kGib));
}

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

// Pages that the system maps are zero and take memory only once they are written to: more than there is would be mapped
// too, and the process killed when it comes to it.
void Arena::commit() {
  const size_t bytes = std::max(size_ * sizeof(float), size_t{1});
  if (bytes > physical_memory()) refuse(bytes);
  const size_t alignment = bytes >= kHugePage ? kHugePage : kPage;
  const size_t length = (bytes + alignment - 1) / alignment * alignment;
  void* map = mmap(nullptr, length + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) refuse(bytes);
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
