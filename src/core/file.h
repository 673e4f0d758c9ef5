#pragma once
// Whole files, read with a clear message and written so that a killed process never leaves half of one.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace hourglass {

/// All bytes of a file. Throws Error(kIo) where it is missing or cannot be read.
std::string read_file(const std::filesystem::path& path);

/// Calls `write` on a stream to a temporary name beside `path`, then renames it to `path`.
/// Throws Error(kIo), with `path` untouched and the temporary file gone, where anything fails (a full disk included).
void write_file_atomically(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write);
void write_file_atomically(const std::filesystem::path& path, const std::string& bytes);

}  // namespace hourglass
