#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "core/file.h"
#include "core/utf8.h"
#include "formats/npy.h"

namespace hourglass {
namespace {

static_assert(std::endian::native == std::endian::little, "'<f4' and '<i4' store little-endian values");

/// Returns the header: magic number, version, length of the rest, a Python dict, and padding so that the values start
/// at a multiple of 64.
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

std::string with_values(std::string header, const void* values, size_t num_bytes) {
  return std::move(header.append(static_cast<const char*>(values), num_bytes));
}

}  // namespace

std::string npy_bytes(const Tensor& tensor) {
  return with_values(make_header("<f4", tensor.shape()), tensor.data(), tensor.values().size_bytes());
}

std::string npy_bytes(std::span<const int32_t> values) {
  return with_values(make_header("<i4", {static_cast<int64_t>(values.size())}), values.data(), values.size_bytes());
}

std::string npy_bytes(std::span<const std::string> texts) {
  std::vector<std::vector<uint32_t>> all;
  size_t longest = 1;
  for (const std::string& text : texts) longest = std::max(longest, all.emplace_back(code_points(text)).size());
  std::vector<uint32_t> values(all.size() * longest);
  for (size_t i = 0; i < all.size(); ++i) std::ranges::copy(all[i], values.begin() + static_cast<long>(i * longest));
  return with_values(make_header(fmt::format("<U{}", longest).c_str(), {static_cast<int64_t>(texts.size())}),
                     values.data(), values.size() * sizeof(uint32_t));
}

void write_npy(const std::filesystem::path& path, const Tensor& tensor) {
  write_file_atomically(path, npy_bytes(tensor));
}

void write_npy(const std::filesystem::path& path, std::span<const int32_t> values) {
  write_file_atomically(path, npy_bytes(values));
}

}  // namespace hourglass
