#pragma once
// MD5 (RFC 1321), which the publishers of the data sets state for their files. It tells a damaged file from a whole
// one; it does not protect against somebody who forges one.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace hourglass {

/// 32 lower-case hexadecimal digits.
std::string md5(std::span<const uint8_t> bytes);

/// Of a file, which is read block by block. Throws Error(kIo) where it cannot be read.
std::string md5_of_file(const std::filesystem::path& path);

}  // namespace hourglass
