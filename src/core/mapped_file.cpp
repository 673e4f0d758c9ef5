#include "core/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "hourglass/error.h"

namespace hourglass {

MappedFile::MappedFile(const std::filesystem::path& path) {
  const auto fail = [&](const char* reason) {
    throw Error(ErrorKind::kIo, fmt::format("Cannot read '{}': {}.", path.string(), reason));
  };
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe without a writer would block
  if (file < 0) fail(std::strerror(errno));
  struct stat status {};
  void* address = nullptr;
  int failure = fstat(file, &status) == 0 ? (S_ISREG(status.st_mode) ? 0 : EINVAL) : errno;
  if (failure == 0 && status.st_size > 0) {
    address = mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_PRIVATE, file, 0);
    if (address == MAP_FAILED) failure = errno;
  }
  if (failure != 0) close(file);
  if (failure != 0) fail(failure == EINVAL ? "it is not a regular file" : std::strerror(failure));
  data_ = static_cast<const std::byte*>(address);
  size_ = static_cast<size_t>(status.st_size);
  file_ = file;
  seconds_ = status.st_mtim.tv_sec;
  nanoseconds_ = status.st_mtim.tv_nsec;
}

bool MappedFile::changed() const {
  struct stat status {};
  return fstat(file_, &status) != 0 || static_cast<size_t>(status.st_size) != size_ ||
         status.st_mtim.tv_sec != seconds_ || status.st_mtim.tv_nsec != nanoseconds_;
}

MappedFile::~MappedFile() {
  close(file_);
  if (data_) munmap(const_cast<std::byte*>(data_), size_);
}

namespace {

// Calls madvise on `end` bytes from the page that contains the first byte, which starts `skipped` bytes before it. If
// the system ignores the advice, only speed is lost.
void advise(std::span<const std::byte> bytes, size_t skipped, size_t end, int advice) {
  std::byte* page = const_cast<std::byte*>(bytes.data()) - skipped;
  if (end > 0) madvise(page, end, advice);
}

size_t page_size() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

// Offset of the first byte within its page.
size_t offset_in_page(std::span<const std::byte> bytes) {
  return reinterpret_cast<uintptr_t>(bytes.data()) % page_size();
}

}  // namespace

void expect_mapped(std::span<const std::byte> bytes) {
  const size_t skipped = offset_in_page(bytes);
  advise(bytes, skipped, skipped + bytes.size(), MADV_WILLNEED);
}

void release_mapped(std::span<const std::byte> bytes) {
  const size_t skipped = offset_in_page(bytes);
  advise(bytes, skipped, (skipped + bytes.size()) / page_size() * page_size(), MADV_DONTNEED);
}

}  // namespace hourglass
