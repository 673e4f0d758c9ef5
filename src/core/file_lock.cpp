#include "core/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "core/file.h"
#include "core/text.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

bool is_file_of(int descriptor, const std::filesystem::path& path) {
  struct stat opened {
  }, named{};
  return fstat(descriptor, &opened) == 0 && stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

std::string this_process() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("process {} on host {}", getpid(), host.data());
}

}  // namespace

std::optional<int> open_locked(const std::filesystem::path& path) {
  while (true) {
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (descriptor < 0)
      throw Error(ErrorKind::kIo, fmt::format("Cannot write '{}': {}.", path.string(), std::strerror(errno)));
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      close(descriptor);
      return std::nullopt;
    }
    if (is_file_of(descriptor, path)) return descriptor;
    close(descriptor);
  }
}

FolderLock::FolderLock(const std::filesystem::path& folder) : path_(folder / ".lock"), descriptor_(-1) {
  const std::optional<int> locked = open_locked(path_);
  if (!locked) {
    std::string holder;
    try {
      holder = trim(read_file(path_));
    } catch (const Error&) {  // it ended just now
    }
    throw Error(ErrorKind::kUsage, fmt::format("'{}' is in use by {}. Wait until it ends, or choose another folder.",
                                               folder.string(), holder.empty() ? "another process" : holder));
  }
  descriptor_ = *locked;
  const std::string text = this_process() + "\n";
  if (ftruncate(descriptor_, 0) != 0 || write(descriptor_, text.data(), text.size()) < 0) {
    const int error = errno;
    unlink(path_.c_str());
    close(descriptor_);
    throw Error(ErrorKind::kIo, fmt::format("Cannot write '{}': {}.", path_.string(), std::strerror(error)));
  }
  remove_temporary_files(folder);
  remove_temporary_files(folder / "images");
}

FolderLock::~FolderLock() {
  unlink(path_.c_str());
  close(descriptor_);
}

}  // namespace hourglass
