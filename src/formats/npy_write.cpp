#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <ostream>
#include <string>

#include "core/file.h"
#include "formats/npy.h"

namespace hourglass {
namespace {

static_assert(std::endian::native == std::endian::little, "'<f4' and '<i4' store little-endian values");

/// Magic number, version, length of the rest, a Python dict, and spaces so that the values start at a multiple of 64.
std::string make_header(const char* type, const Shape& shape) {
  constexpr size_t kPrefixSize = 10, kAlignment = 64;
  std::string dict = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", type,
                                 fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  const size_t unpadded = kPrefixSize + dict.size() + 1;
  dict.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  dict += '\n';
  std::string header = "\x93NUMPY";
  header += {'\x01', '\x00', static_cast<char>(dict.size() & 0xFF), static_cast<char>(dict.size() >> 8)};
  return header + dict;
}

void write_array(const std::filesystem::path& path, const std::string& header, const void* values, size_t num_bytes) {
  write_file_atomically(path, [&](std::ostream& out) {
    out << header;
    out.write(static_cast<const char*>(values), static_cast<std::streamsize>(num_bytes));
  });
}

}  // namespace

void write_npy(const std::filesystem::path& path, const Tensor& tensor) {
  write_array(path, make_header("<f4", tensor.shape()), tensor.data(), tensor.values().size_bytes());
}

void write_npy(const std::filesystem::path& path, std::span<const int32_t> values) {
  write_array(path, make_header("<i4", {static_cast<int64_t>(values.size())}), values.data(), values.size_bytes());
}

}  // namespace hourglass
