#include "formats/idx.h"

#include <fmt/format.h>

#include <limits>
#include <span>
#include <string>

#include "core/file.h"
#include "formats/gzip.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr uint8_t kUnsignedByte = 0x08;

[[noreturn]] void fail(const std::string& source, const std::string& found, const std::string& expected) {
  throw Error(ErrorKind::kData,
              fmt::format("'{}' is no usable IDX file: found {}, expected {}.", source, found, expected));
}

std::string type_name(uint8_t type) {
  switch (type) {
    case 0x09:
      return "signed bytes (type 0x09)";
    case 0x0B:
      return "16-bit integers (type 0x0b)";
    case 0x0C:
      return "32-bit integers (type 0x0c)";
    case 0x0D:
      return "32-bit floats (type 0x0d)";
    case 0x0E:
      return "64-bit floats (type 0x0e)";
    default:
      return fmt::format("the unknown element type {:#04x}", type);
  }
}

/// Like num_elements, but at most the largest int64: what the sizes of a damaged file say may not be countable.
int64_t saturated_product(const Shape& shape) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  int64_t product = 1;
  for (int64_t size : shape) {
    if (size == 0) return 0;
    product = product > kMax / size ? kMax : product * size;
  }
  return product;
}

size_t header_size(size_t rank) { return 4 + 4 * rank; }

/// The shape in the header, once it is certain that exactly its values follow.
Shape parse_header(std::span<const uint8_t> bytes, const std::string& source) {
  if (bytes.empty()) fail(source, "an empty file", "a header and values");
  if (bytes.size() < 4)
    fail(source, fmt::format("only {} bytes", bytes.size()), "at least the 4 bytes 00 00 08 <rank>");
  if (bytes[0] != 0 || bytes[1] != 0)
    fail(source, fmt::format("the first bytes {:02x} {:02x} {:02x} {:02x}", bytes[0], bytes[1], bytes[2], bytes[3]),
         "00 00 08 <rank>");
  if (bytes[2] != kUnsignedByte) fail(source, type_name(bytes[2]), "unsigned bytes (type 0x08)");
  const size_t rank = bytes[3];
  if (rank == 0) fail(source, "an array without dimensions (rank 0)", "at least one dimension");
  if (bytes.size() < header_size(rank))
    fail(source, fmt::format("only {} bytes", bytes.size()),
         fmt::format("a header of {} bytes for {} dimensions", header_size(rank), rank));

  Shape shape(rank);
  for (size_t i = 0; i < rank; ++i) {
    const auto b = bytes.subspan(4 + 4 * i, 4);
    shape[i] = int64_t{b[0]} << 24 | int64_t{b[1]} << 16 | int64_t{b[2]} << 8 | int64_t{b[3]};
  }
  const auto num_values = static_cast<int64_t>(bytes.size() - header_size(rank));
  if (saturated_product(shape) != num_values)
    fail(source, fmt::format("{} bytes of values", num_values),
         fmt::format("the {} its header promises", to_string(shape)));
  return shape;
}

}  // namespace

IdxArray read_idx(const std::filesystem::path& path) {
  std::string file = read_file(path);
  IdxArray array;
  if (is_gzip(file)) {
    array.values = gunzip(file, path.string());
    file = {};
    array.shape = parse_header(array.values, path.string());
    array.values.erase(array.values.begin(),
                       array.values.begin() + static_cast<int64_t>(header_size(array.shape.size())));
  } else {
    array.shape = parse_header({reinterpret_cast<const uint8_t*>(file.data()), file.size()}, path.string());
    array.values.assign(file.begin() + static_cast<int64_t>(header_size(array.shape.size())), file.end());
  }
  return array;
}

}  // namespace hourglass
