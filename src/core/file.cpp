#include "core/file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "hourglass/error.h"

namespace hourglass {
namespace {

std::string reason(int error_number) { return error_number ? std::strerror(error_number) : "unknown reason"; }

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec))
    throw Error(ErrorKind::kIo, fmt::format("'{}' is a folder. A file was expected.", path.string()));
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(ErrorKind::kIo, fmt::format("Cannot read '{}': {}.", path.string(), reason(errno)));
  std::string bytes;
  in.seekg(0, std::ios::end);
  const auto size = in.tellg();
  if (size > 0) bytes.resize(static_cast<size_t>(size));
  in.seekg(0);
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (in.gcount() != static_cast<std::streamsize>(bytes.size()))
    throw Error(ErrorKind::kIo, fmt::format("Cannot read '{}': {}.", path.string(), reason(errno)));
  return bytes;
}

void write_file_atomically(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  // A link is followed. A device or a pipe cannot be replaced, so it is written directly.
  const fs::path target = fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
  const fs::file_status status = fs::status(target, ignored);
  const bool is_special = fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
  fs::path temporary = target;
  if (!is_special) temporary += fmt::format(".tmp{}", getpid());
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
  if (fs::is_regular_file(status)) fs::permissions(temporary, status.permissions(), ignored);
  if (std::rename(temporary.c_str(), target.c_str()) != 0) fail(errno);
}

void write_file_atomically(const std::filesystem::path& path, const std::string& bytes) {
  write_file_atomically(
      path, [&](std::ostream& out) { out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())); });
}

}  // namespace hourglass
