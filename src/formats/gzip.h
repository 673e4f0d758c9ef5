#pragma once
// Decompresses gzip (RFC 1952), whole files at once.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hourglass {

/// Whether the bytes start with gzip's magic number.
bool is_gzip(std::string_view bytes);

/// Decompresses a gzip file with one member. `source` names the file in messages.
/// Throws Error(kData) if the file is truncated, damaged, or has other data after the compressed data.
std::vector<uint8_t> gunzip(std::string_view bytes, const std::string& source);

/// The decompressed size that the file states in its last four bytes. It is correct only for an intact file of one
/// member under 4 GiB.
uint32_t gunzip_size(std::string_view bytes);

/// Decompresses the first `count` bytes; fewer if the file is shorter or damaged.
std::vector<uint8_t> gunzip_start(std::string_view bytes, size_t count);

}  // namespace hourglass
