#pragma once
// Locks on files, which the system releases when the process ends, however it ends.

#include <filesystem>
#include <optional>

namespace hourglass {

/// Opens or creates a file for reading and appending and locks it. Returns its descriptor; nothing if another process
/// holds the lock. The descriptor is that of the file that has this path now, not of one that was renamed or removed
/// meanwhile. Throws Error(kIo) if the file cannot be opened.
std::optional<int> open_locked(const std::filesystem::path& path);

/// A folder that this process alone writes to. Removes the file of the lock when it ends.
class FolderLock {
 public:
  /// Locks `folder` with a file in it, which names this process, and removes temporary files that killed processes left
  /// in it and in its subfolder "images". Throws Error(kUsage) with host and process if another
  /// process has it, Error(kIo) if the file cannot be written.
  explicit FolderLock(const std::filesystem::path& folder);
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();

 private:
  std::filesystem::path path_;
  int descriptor_;
};

}  // namespace hourglass
