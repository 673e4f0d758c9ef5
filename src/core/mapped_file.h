#pragma once
// A file mapped as read-only memory. Pages are read on first access and can be released.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace hourglass {

/// Read-only mapping of a file. The file must not become shorter while it is mapped.
class MappedFile {
 public:
  /// Throws Error(kIo) if the file cannot be opened or mapped.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  /// Whether the file was written or cut since it was opened.
  bool changed() const;

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
  int file_ = -1;
  int64_t seconds_ = 0, nanoseconds_ = 0;  // of the last change
};

/// Announces that these bytes of a mapped file are read soon, so that the system can read ahead.
void expect_mapped(std::span<const std::byte> bytes);
/// Releases the memory of these bytes of a mapped file, except the last page, which the next bytes can need. Released
/// bytes are read from the file again on the next access.
void release_mapped(std::span<const std::byte> bytes);

}  // namespace hourglass
