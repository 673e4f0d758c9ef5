#pragma once
// Builds the bytes of IDX and gzip files, so that tests can modify them.

#include <libdeflate.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hourglass {

inline std::string idx_header(const std::vector<uint32_t>& sizes, char type = 0x08) {
  std::string bytes = {0, 0, type, static_cast<char>(sizes.size())};
  for (uint32_t size : sizes)
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(size >> shift);
  return bytes;
}

inline std::string gzip(const std::string& bytes) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
  std::string file(libdeflate_gzip_compress_bound(compressor, bytes.size()), '\0');
  file.resize(libdeflate_gzip_compress(compressor, bytes.data(), bytes.size(), file.data(), file.size()));
  libdeflate_free_compressor(compressor);
  return file;
}

}  // namespace hourglass
