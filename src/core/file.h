#pragma once
// Reads whole files with clear error messages, and writes them so that a killed process never leaves a partial file.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace hourglass {

/// Returns all bytes of a file, or of a pipe until its end. Throws Error(kIo) if it is missing or cannot be read.
std::string read_file(const std::filesystem::path& path);

/// Whether there is a file or folder. A path that cannot be looked at counts as missing.
bool file_exists(const std::filesystem::path& path);

/// Calls `write` with a stream to a temporary file next to `path`, then renames that file to `path`. A link is
/// followed, the permissions of an existing file are kept, and a device or a pipe is written directly. Throws
/// Error(kIo) on any failure, such as a full disk. `path` is then unchanged and the temporary file is removed.
void write_file_atomically(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write);
void write_file_atomically(const std::filesystem::path& path, const std::string& bytes);

/// Removes temporary files of write_file_atomically that killed processes left in the folder.
void remove_temporary_files(const std::filesystem::path& folder);

}  // namespace hourglass
