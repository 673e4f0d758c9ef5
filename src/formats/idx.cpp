#include "formats/idx.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/mapped_file.h"
#include "formats/gzip.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

[[noreturn]] void fail(const std::string& source, const std::string& found, const std::string& expected) {
  throw Error(ErrorKind::kData,
              fmt::format("'{}' is not a valid IDX file: found {}, expected {}.", source, found, expected));
}

std::optional<NumberType> number_type(std::byte code) {
  switch (static_cast<uint8_t>(code)) {
    case 0x08:
      return NumberType::kUint8;
    case 0x09:
      return NumberType::kInt8;
    case 0x0B:
      return NumberType::kInt16;
    case 0x0C:
      return NumberType::kInt32;
    case 0x0D:
      return NumberType::kFloat32;
    case 0x0E:
      return NumberType::kFloat64;
    default:
      return std::nullopt;
  }
}

struct Header {
  NumberType type;
  Shape shape;
  size_t size;  // in bytes
};

constexpr size_t kLongestHeader = 4 + 4 * 255;

Header parse_header(std::span<const std::byte> bytes, const std::string& source) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(bytes[i]); };
  if (bytes.empty()) fail(source, "an empty file", "a header and values");
  if (bytes.size() < 4)
    fail(source, fmt::format("only {} bytes", bytes.size()), "at least the 4 bytes 00 00 <type> <rank>");
  if (byte(0) != 0 || byte(1) != 0)
    fail(source, fmt::format("the first bytes {:02x} {:02x} {:02x} {:02x}", byte(0), byte(1), byte(2), byte(3)),
         "00 00 <type> <rank>");
  const auto type = number_type(bytes[2]);
  if (!type) fail(source, fmt::format("the unknown element type {:#04x}", byte(2)), "one of 0x08, 0x09, 0x0b ... 0x0e");
  const size_t rank = byte(3), size = 4 + 4 * rank;
  if (rank == 0) fail(source, "an array without dimensions (rank 0)", "at least one dimension");
  if (bytes.size() < size)
    fail(source, fmt::format("only {} bytes", bytes.size()),
         fmt::format("a header of {} bytes for {} dimensions", size, rank));
  Header header{*type, Shape(rank), size};
  for (size_t i = 0; i < rank; ++i)
    header.shape[i] = int64_t{byte(4 + 4 * i) << 24 | byte(5 + 4 * i) << 16 | byte(6 + 4 * i) << 8 | byte(7 + 4 * i)};
  return header;
}

[[noreturn]] void fail_count(const std::string& source, uint64_t bytes, const Header& header) {
  fail(source, fmt::format("{} bytes of values", bytes),
       fmt::format("the {} {} values that its header declares", to_string(header.shape), to_string(header.type)));
}

/// Returns the array in the bytes of a file. `owner` keeps the bytes alive.
NumberArray parse(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, const std::string& source) {
  Header header = parse_header(bytes, source);
  const std::span<const std::byte> values = bytes.subspan(header.size);
  const size_t number_size = size_of(header.type);
  const int64_t count = product_within(header.shape, static_cast<int64_t>(values.size() / number_size));
  if (count < 0 || static_cast<size_t>(count) * number_size != values.size()) fail_count(source, values.size(), header);
  if (number_size == 1) return {std::move(header.shape), header.type, values, std::move(owner), false};
  auto [array, swapped] = allocate_numbers(std::move(header.shape), header.type);
  std::ranges::copy(values, swapped.begin());
  reverse_byte_order(swapped, number_size);
  return array;
}

/// Throws if a compressed file has more bytes than its header declares. They can be a thousand times those of the file,
/// so they are not decompressed.
void check_compressed(std::string_view compressed, const std::string& source) {
  const std::vector<uint8_t> start = gunzip_start(compressed, kLongestHeader);
  if (start.empty()) return;  // gunzip says what is wrong
  const Header header = parse_header(std::as_bytes(std::span(start)), source);
  const uint64_t stated = gunzip_size(compressed);
  const int64_t count = product_within(header.shape, static_cast<int64_t>(stated / size_of(header.type)));
  if (count < 0) return;
  const uint64_t declared = header.size + static_cast<uint64_t>(count) * size_of(header.type);
  if (stated > declared && gunzip_start(compressed, declared + 1).size() > declared)
    fail_count(source, stated - header.size, header);
}

}  // namespace

NumberArray read_idx(const std::filesystem::path& path) {
  const auto file = std::make_shared<const MappedFile>(path);
  const std::string_view text(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size());
  if (is_gzip(text)) {
    check_compressed(text, path.string());
    const auto unpacked = std::make_shared<const std::vector<uint8_t>>(gunzip(text, path.string()));
    return parse(std::as_bytes(std::span(*unpacked)), unpacked, path.string());
  }
  NumberArray array = parse(file->bytes(), file, path.string());
  array.is_mapped = array.owner == file;
  return array;
}

}  // namespace hourglass
