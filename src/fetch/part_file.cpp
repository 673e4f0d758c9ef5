#include "fetch/part_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "core/file_lock.h"
#include "hourglass/error.h"

namespace hourglass {

PartFile::PartFile(const std::filesystem::path& file) : file_(file), path_(file.string() + ".part") {
  std::error_code error;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
  if (error)
    throw Error(ErrorKind::kIo, fmt::format("Cannot create the folder '{}': {}. Name another folder with --data-dir.",
                                            file.parent_path().string(), error.message()));
  const std::optional<int> locked = open_locked(path_);
  if (!locked)
    throw Error(ErrorKind::kIo,
                fmt::format("'{}' is being downloaded by another process. Wait until it ends.", path_.string()));
  descriptor_ = *locked;
  struct stat status {};
  fstat(descriptor_, &status);
  size_ = status.st_size;
}

PartFile::~PartFile() {
  if (size_ == 0) discard();
  close(descriptor_);
}

bool PartFile::append(const char* bytes, size_t count) noexcept {
  while (count > 0) {
    const ssize_t written = write(descriptor_, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes += written;
    count -= static_cast<size_t>(written);
    size_ += written;
  }
  return true;
}

void PartFile::restart() {
  if (ftruncate(descriptor_, 0) != 0) fail("write");
  size_ = 0;
}

void PartFile::finish() {
  if (fsync(descriptor_) != 0) fail("write");
  if (renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, file_.c_str(), RENAME_NOREPLACE) == 0) return;
  // Some file systems do not support RENAME_NOREPLACE.
  if (errno != EINVAL && errno != ENOSYS) fail("rename");
  std::error_code ignored;
  if (std::filesystem::exists(file_, ignored)) {
    errno = EEXIST;
    fail("rename");
  }
  if (std::rename(path_.c_str(), file_.c_str()) != 0) fail("rename");
}

void PartFile::discard() { unlink(path_.c_str()); }

void PartFile::fail(const char* action) const {
  throw Error(ErrorKind::kIo, fmt::format("Cannot {} '{}': {}.", action, path_.string(), std::strerror(errno)));
}

}  // namespace hourglass
