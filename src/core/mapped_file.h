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

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

/// Says that these bytes of a mapped file will be read soon, so that the disk may start.
void expect_mapped(std::span<const std::byte> bytes);
/// Gives back the memory of these bytes of a mapped file, but for the page that they end in, which may be needed for
/// what follows. They are read again where they are touched again.
void release_mapped(std::span<const std::byte> bytes);

}  // namespace hourglass
