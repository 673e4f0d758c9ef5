#pragma once
// MD5 (RFC 1321). The publishers of the datasets give MD5 checksums of their files. MD5 detects damaged files; it does
// not protect against forged files.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace hourglass {

/// Returns the checksum as 32 lowercase hexadecimal digits.
std::string md5(std::span<const uint8_t> bytes);

/// Returns the checksum of a file, read block by block. Throws Error(kIo) if the file cannot be read.
std::string md5_of_file(const std::filesystem::path& path);

}  // namespace hourglass
