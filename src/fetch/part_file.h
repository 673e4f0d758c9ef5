#pragma once
// The partial file of a download. It is renamed when the download is complete.

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace hourglass {

/// FILE.part, opened for appending and locked, so that no second process downloads the same file.
class PartFile {
 public:
  /// Opens or creates FILE.part. Throws Error(kIo) if that fails or another process has locked it.
  explicit PartFile(const std::filesystem::path& file);
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  /// Deletes FILE.part if it is empty.
  ~PartFile();

  const std::filesystem::path& path() const { return path_; }
  int64_t size() const { return size_; }
  /// Returns whether all bytes were written. If not, errno has the reason.
  bool append(const char* bytes, size_t count) noexcept;
  /// Removes all bytes. Throws Error(kIo).
  void restart();
  /// Renames FILE.part to FILE. Throws Error(kIo) if that fails or FILE exists by now.
  void finish();
  /// Deletes FILE.part.
  void discard();

 private:
  [[noreturn]] void fail(const char* action) const;

  std::filesystem::path file_, path_;
  int descriptor_;
  int64_t size_ = 0;
};

}  // namespace hourglass
