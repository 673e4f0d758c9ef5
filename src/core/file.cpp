#include "core/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <random>

#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr const char* kTemporary = ".hourglass-tmp";

std::string reason(int error_number) { return error_number ? std::strerror(error_number) : "unknown reason"; }

/// Reads a pipe to its end. Opening it in the usual way would wait forever if no program writes to it.
std::string read_pipe(const std::filesystem::path& path) {
  constexpr int kPause = 20, kMostPauses = 100;  // 2 s
  const auto fail = [&](const std::string& found) {
    throw Error(ErrorKind::kIo, fmt::format("Cannot read '{}': {}.", path.string(), found));
  };
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) fail(reason(errno));
  const std::unique_ptr<const int, void (*)(const int*)> closed(&descriptor, [](const int* open) { close(*open); });
  std::string bytes;
  std::array<char, 1 << 16> block{};
  bool has_writer = false;
  for (int pauses = 0; pauses < kMostPauses;) {
    const ssize_t count = read(descriptor, block.data(), block.size());
    if (count < 0 && errno != EAGAIN && errno != EINTR) fail(reason(errno));
    if (count == 0 && has_writer) return bytes;
    if (count > 0) bytes.append(block.data(), static_cast<size_t>(count));
    if (count != 0) has_writer = true;
    pollfd state{descriptor, POLLIN, 0};
    if (count < 0) poll(&state, 1, -1);
    if (count == 0) poll(nullptr, 0, kPause), ++pauses;
  }
  fail("it is a pipe to which no program writes");
  return bytes;
}

}  // namespace

bool file_exists(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

std::string read_file(const std::filesystem::path& path) {
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec))
    throw Error(ErrorKind::kIo, fmt::format("'{}' is a folder. A file was expected.", path.string()));
  if (std::filesystem::is_fifo(path, ec)) return read_pipe(path);
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(ErrorKind::kIo, fmt::format("Cannot read '{}': {}.", path.string(), reason(errno)));
  std::string bytes;
  if (std::filesystem::is_regular_file(path, ec)) {
    in.seekg(0, std::ios::end);
    const auto size = in.tellg();
    if (size > 0) bytes.resize(static_cast<size_t>(size));
    in.seekg(0);
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (in.gcount() == static_cast<std::streamsize>(bytes.size())) return bytes;
  } else {  // a device has no size
    std::array<char, 1 << 16> block{};
    while (in.read(block.data(), block.size()) || in.gcount() > 0)
      bytes.append(block.data(), static_cast<size_t>(in.gcount()));
    if (!in.bad()) return bytes;
  }
  throw Error(ErrorKind::kIo, fmt::format("Cannot read '{}': {}.", path.string(), reason(errno)));
}

namespace {

/// So that a crash of the system after the rename does not leave an empty file. Some file systems cannot.
bool reaches_disk(const std::filesystem::path& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool done = fsync(descriptor) == 0 || errno == EINVAL;
  close(descriptor);
  return done;
}

/// Next to `path`, unique among processes of all machines that share the disk.
std::filesystem::path temporary_name(const std::filesystem::path& path) {
  std::random_device random;
  std::filesystem::path temporary = path;
  temporary += fmt::format("{}{:x}-{:08x}", kTemporary, getpid(), random());
  return temporary;
}

}  // namespace

void write_file_atomically(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  // A link is followed. A device or a pipe cannot be replaced, so it is written directly.
  const fs::path target = fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
  const fs::file_status status = fs::status(target, ignored);
  const bool is_special = fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
  const fs::path temporary = is_special ? target : temporary_name(target);
  const auto remove_temporary = [&] {
    if (!is_special) fs::remove(temporary, ignored);
  };
  const auto fail = [&](int error_number) {
    remove_temporary();
    throw Error(ErrorKind::kIo, fmt::format("Cannot write '{}': {}. Existing files are unchanged.", path.string(),
                                            reason(error_number)));
  };
  errno = 0;
  std::ofstream out(temporary, std::ios::binary | (is_special ? std::ios::openmode{} : std::ios::trunc));
  if (!out) fail(errno);
  try {
    write(out);
  } catch (...) {
    remove_temporary();
    throw;
  }
  out.close();
  if (!out) fail(errno);
  if (is_special) return;
  if (!reaches_disk(temporary)) fail(errno);
  if (fs::is_regular_file(status)) fs::permissions(temporary, status.permissions(), ignored);
  if (std::rename(temporary.c_str(), target.c_str()) != 0) fail(errno);
}

void remove_temporary_files(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.is_regular_file(ignored) && entry.path().filename().string().find(kTemporary) != std::string::npos)
      std::filesystem::remove(entry.path(), ignored);
}

void write_file_atomically(const std::filesystem::path& path, const std::string& bytes) {
  write_file_atomically(
      path, [&](std::ostream& out) { out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())); });
}

}  // namespace hourglass
