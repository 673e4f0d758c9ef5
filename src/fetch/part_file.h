#pragma once
// The file that a download grows in, beside the name that it takes in the end.

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace hourglass {

/// FILE.part, open for appending and locked against a second download of the same file.
class PartFile {
 public:
  /// Opens or makes it. Throws Error(kIo) where that fails or another process holds it.
  explicit PartFile(const std::filesystem::path& file);
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile();

  const std::filesystem::path& path() const { return path_; }
  int64_t size() const { return size_; }
  /// Whether all bytes were written; where not, errno says why.
  bool append(const char* bytes, size_t count);
  /// Drops all bytes. Throws Error(kIo).
  void restart();
  /// Gives the bytes the name FILE. Throws Error(kIo) where that fails or FILE has come to exist.
  void finish();
  /// Removes it.
  void discard();

 private:
  [[noreturn]] void fail(const char* deed) const;

  std::filesystem::path file_, path_;
  int descriptor_;
  int64_t size_ = 0;
};

}  // namespace hourglass
