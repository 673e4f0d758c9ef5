#include "formats/idx.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>

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

size_t header_size(size_t rank) { return 4 + 4 * rank; }

/// Returns the array in the bytes of a file. `owner` keeps the bytes alive.
NumberArray parse(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, const std::string& source) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(bytes[i]); };
  if (bytes.empty()) fail(source, "an empty file", "a header and values");
  if (bytes.size() < 4)
    fail(source, fmt::format("only {} bytes", bytes.size()), "at least the 4 bytes 00 00 <type> <rank>");
  if (byte(0) != 0 || byte(1) != 0)
    fail(source, fmt::format("the first bytes {:02x} {:02x} {:02x} {:02x}", byte(0), byte(1), byte(2), byte(3)),
         "00 00 <type> <rank>");
  const auto type = number_type(bytes[2]);
  if (!type) fail(source, fmt::format("the unknown element type {:#04x}", byte(2)), "one of 0x08, 0x09, 0x0b ... 0x0e");
  const size_t rank = byte(3);
  if (rank == 0) fail(source, "an array without dimensions (rank 0)", "at least one dimension");
  if (bytes.size() < header_size(rank))
    fail(source, fmt::format("only {} bytes", bytes.size()),
         fmt::format("a header of {} bytes for {} dimensions", header_size(rank), rank));

  Shape shape(rank);
  for (size_t i = 0; i < rank; ++i)
    shape[i] = int64_t{byte(4 + 4 * i) << 24 | byte(5 + 4 * i) << 16 | byte(6 + 4 * i) << 8 | byte(7 + 4 * i)};
  const std::span<const std::byte> values = bytes.subspan(header_size(rank));
  const int64_t count = product_within(shape, static_cast<int64_t>(values.size() / size_of(*type)));
  if (count < 0 || static_cast<size_t>(count) * size_of(*type) != values.size())
    fail(source, fmt::format("{} bytes of values", values.size()),
         fmt::format("the {} {} values that its header declares", to_string(shape), to_string(*type)));
  if (size_of(*type) == 1) return {std::move(shape), *type, values, std::move(owner), false};
  auto [array, swapped] = allocate_numbers(std::move(shape), *type);
  std::ranges::copy(values, swapped.begin());
  reverse_byte_order(swapped, size_of(*type));
  return array;
}

}  // namespace

NumberArray read_idx(const std::filesystem::path& path) {
  const auto file = std::make_shared<const MappedFile>(path);
  const std::string_view text(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size());
  if (is_gzip(text)) {
    const auto unpacked = std::make_shared<const std::vector<uint8_t>>(gunzip(text, path.string()));
    return parse(std::as_bytes(std::span(*unpacked)), unpacked, path.string());
  }
  NumberArray array = parse(file->bytes(), file, path.string());
  array.is_mapped = array.owner == file;
  return array;
}

}  // namespace hourglass
