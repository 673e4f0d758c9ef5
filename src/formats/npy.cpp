#include "formats/npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <ostream>
#include <string>

#include "core/file.h"

namespace hourglass {
namespace {

static_assert(std::endian::native == std::endian::little, "'<f4' stores little-endian values");

/// Magic number, version, length of the rest, a Python dict, and spaces so that the values start at a multiple of 64.
std::string make_header(const Shape& shape) {
  constexpr size_t kPrefixSize = 10, kAlignment = 64;
  std::string dict = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}{}), }}",
                                 fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  const size_t unpadded = kPrefixSize + dict.size() + 1;
  dict.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  dict += '\n';
  std::string header = "\x93NUMPY";
  header += {'\x01', '\x00', static_cast<char>(dict.size() & 0xFF), static_cast<char>(dict.size() >> 8)};
  return header + dict;
}

}  // namespace

void write_npy(const std::filesystem::path& path, const Tensor& tensor) {
  write_file_atomically(path, [&](std::ostream& out) {
    out << make_header(tensor.shape());
    out.write(reinterpret_cast<const char*>(tensor.data()), static_cast<std::streamsize>(tensor.values().size_bytes()));
  });
}

}  // namespace hourglass
