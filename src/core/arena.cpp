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

[[noreturn]] void reject(size_t bytes) {
  constexpr double kGib = 1 << 30;
  throw Error(
      ErrorKind::kUsage,
      fmt::format("The model needs {:.1f} GiB of memory in one block, but this machine has {:.1f} GiB in total. "
                  "Make its layers or the batch smaller.",
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

// The limit is far above any memory and far below the integers, so that products with a small factor cannot wrap.
size_t Arena::reserve(int64_t rows, int64_t width) {
  constexpr int64_t kMostFloats = int64_t{1} << 48;
  const size_t handle = size_;
  if (rows < 0 || width < 0 || (width > 0 && rows > (kMostFloats - static_cast<int64_t>(size_)) / width))
    throw Error(ErrorKind::kUsage,
                "The model needs more memory than can be addressed. Make its layers or the batch smaller.");
  size_ += (static_cast<size_t>(rows * width) + kLineFloats - 1) / kLineFloats * kLineFloats;
  return handle;
}

// Mapped pages are zero and take memory only when they are first written. The system also maps more than it has, and
// kills the process later when it runs out. So the size is checked here.
void Arena::commit() {
  const size_t bytes = std::max(size_ * sizeof(float), size_t{1});
  if (bytes > physical_memory()) reject(bytes);
  const size_t alignment = bytes >= kHugePage ? kHugePage : kPage;
  const size_t length = (bytes + alignment - 1) / alignment * alignment;
  void* map = mmap(nullptr, length + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) reject(bytes);
  char* begin = static_cast<char*>(map);
  char* aligned = begin + (alignment - reinterpret_cast<uintptr_t>(begin) % alignment) % alignment;
  if (aligned > begin) munmap(begin, static_cast<size_t>(aligned - begin));
  if (const size_t tail = alignment - static_cast<size_t>(aligned - begin)) munmap(aligned + length, tail);
  block_ = reinterpret_cast<float*>(aligned);
  mapped_ = length;
  // Weights are read across rows. With small pages, every row of a tile is on another page. If the system declines
  // huge pages, only speed is lost.
  if (alignment == kHugePage) madvise(block_, length, MADV_HUGEPAGE);
}

}  // namespace hourglass
