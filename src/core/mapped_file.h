#pragma once
// A file as read-only memory: pages are read when they are touched, and may be given back.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace hourglass {

/// The file must not become shorter while it is mapped.
class MappedFile {
 public:
  /// Throws Error(kIo) where the file cannot be opened or mapped.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }

  /// Says that bytes [begin, end) will be read soon, so that the disk may start.
  void expect(size_t begin, size_t end) const;
  /// Gives back the memory of all whole pages in [begin, end). They are read again where they are touched again.
  void release(size_t begin, size_t end) const;

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace hourglass
