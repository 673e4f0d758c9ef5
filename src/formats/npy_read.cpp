#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

#include "core/mapped_file.h"
#include "formats/npy.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kMostDimensions = 32;  // as in NumPy

[[noreturn]] void fail(const std::string& source, const std::string& found) {
  throw Error(ErrorKind::kData, fmt::format("'{}' is not a valid npy file: {}.", source, found));
}

/// Parses the Python dict of a header: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
class HeaderDict {
 public:
  HeaderDict(std::string_view text, const std::string& source) : rest_(text), source_(source) {}

  NpyHeader parse() {
    NpyHeader header;
    bool has_type = false, has_order = false, has_shape = false;
    expect('{');
    while (!take('}')) {
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr" && !has_type) {
        has_type = true;
        set_type(header);
      } else if (key == "fortran_order" && !has_order) {
        has_order = true;
        header.is_fortran_order = boolean();
      } else if (key == "shape" && !has_shape) {
        has_shape = true;
        header.shape = sizes();
      } else {
        malformed();
      }
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!rest_.empty() || !has_type || !has_order || !has_shape) malformed();
    return header;
  }

 private:
  [[noreturn]] void malformed() const {
    fail(source_, "its header is not a dict of 'descr', 'fortran_order' and 'shape'");
  }

  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\r"), rest_.size())); }

  bool take(char c) {
    skip_space();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!take(c)) malformed();
  }

  std::string_view quoted() {
    skip_space();
    if (!rest_.starts_with('\'') && !rest_.starts_with('"')) malformed();
    const size_t end = rest_.find(rest_.front(), 1);
    if (end == std::string_view::npos) malformed();
    const std::string_view text = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return text;
  }

  bool boolean() {
    skip_space();
    const bool value = rest_.starts_with("True");
    if (!value && !rest_.starts_with("False")) malformed();
    rest_.remove_prefix(value ? 4 : 5);
    return value;
  }

  Shape sizes() {
    Shape shape;
    expect('(');
    while (!take(')')) {
      skip_space();
      int64_t size = 0;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
      if (error == std::errc::result_out_of_range || (error == std::errc() && size < 0))
        fail(source_, "a size in its header is out of range");
      if (error != std::errc()) malformed();
      rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
      if (rest_.starts_with('L')) rest_.remove_prefix(1);  // suffix of long integers in Python 2
      shape.push_back(size);
      if (shape.size() > kMostDimensions) fail(source_, fmt::format("it has more than {} dimensions", kMostDimensions));
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return shape;
  }

  void set_type(NpyHeader& header) {
    skip_space();
    if (rest_.starts_with('[')) fail(source_, "it contains records of several fields. Save one array of plain numbers");
    const std::string_view type = quoted();
    struct Known {
      std::string_view name;
      NumberType type;
    };
    static constexpr Known kKnown[] = {
        {"b1", NumberType::kBool},    {"i1", NumberType::kInt8},    {"u1", NumberType::kUint8},
        {"i2", NumberType::kInt16},   {"u2", NumberType::kUint16},  {"i4", NumberType::kInt32},
        {"u4", NumberType::kUint32},  {"i8", NumberType::kInt64},   {"u8", NumberType::kUint64},
        {"f2", NumberType::kFloat16}, {"f4", NumberType::kFloat32}, {"f8", NumberType::kFloat64}};
    const bool has_order = !type.empty() && std::string_view("<>|=").find(type[0]) != std::string_view::npos;
    const std::string_view name = type.substr(has_order ? 1 : 0);
    const auto known = std::ranges::find(kKnown, name, &Known::name);
    if (known == std::end(kKnown))
      fail(source_, fmt::format("it contains values of type '{}'{}; numbers were expected (bool, int, uint or float of "
                                "8 to 64 bits)",
                                type, name.starts_with('O') ? " (Python objects)" : ""));
    header.type = known->type;
    header.is_big_endian = type.starts_with('>') && size_of(header.type) > 1;
  }

  std::string_view rest_;
  const std::string& source_;
};

/// Copies the values to new memory, in the machine's byte order.
NumberArray copied(const NpyHeader& header, const Shape& shape, std::span<const std::byte> stored) {
  auto [array, bytes] = allocate_numbers(shape, header.type);
  std::ranges::copy(stored, bytes.begin());
  if (header.is_big_endian) reverse_byte_order(bytes, size_of(header.type));
  return array;
}

}  // namespace

NpyHeader parse_npy_header(std::span<const std::byte> bytes, const std::string& source) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.empty()) fail(source, "it is empty");
  if (!text.starts_with(kMagic.substr(0, text.size()))) fail(source, "it does not begin with \\x93NUMPY");
  if (text.size() < 10) fail(source, fmt::format("it ends after {} bytes, within its header", text.size()));
  const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(text[i])); };
  const size_t version = byte(6);
  if (version < 1 || version > 3) fail(source, fmt::format("it has format version {}; 1 to 3 are supported", version));
  const size_t prefix = version == 1 ? 10 : 12;
  size_t length = byte(8) | byte(9) << 8;
  if (version > 1 && text.size() >= prefix) length |= byte(10) << 16 | byte(11) << 24;
  if (text.size() < prefix || text.size() - prefix < length)
    fail(source, fmt::format("it ends after {} bytes, within its header", text.size()));
  NpyHeader header = HeaderDict(text.substr(prefix, length), source).parse();
  header.offset = prefix + length;
  return header;
}

NumberArray parse_npy(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, const std::string& source) {
  const NpyHeader header = parse_npy_header(bytes, source);
  const std::span<const std::byte> stored = bytes.subspan(header.offset);
  const auto limit = static_cast<int64_t>(stored.size() / size_of(header.type));
  const int64_t count = product_within(header.shape, limit);
  if (count < 0 || static_cast<size_t>(count) * size_of(header.type) != stored.size())
    fail(source, fmt::format("its header declares {} values of {} bytes, but {} bytes follow", to_string(header.shape),
                             size_of(header.type), stored.size()));
  // An array in Fortran order is stored like a C-order array with its dimensions reversed.
  Shape stored_shape = header.shape;
  if (header.is_fortran_order) std::ranges::reverse(stored_shape);
  const bool is_aligned = reinterpret_cast<uintptr_t>(stored.data()) % size_of(header.type) == 0;
  const bool is_native = !header.is_big_endian && is_aligned;
  NumberArray array = is_native ? NumberArray{stored_shape, header.type, stored, std::move(owner), false}
                                : copied(header, stored_shape, stored);
  return header.is_fortran_order && stored_shape.size() > 1 ? with_dimensions_reversed(array) : array;
}

NumberArray read_npy(const std::filesystem::path& path) {
  auto file = std::make_shared<const MappedFile>(path);
  const std::span<const std::byte> bytes = file->bytes();
  NumberArray array = parse_npy(bytes, file, path.string());
  array.is_mapped = array.owner == file;
  return array;
}

}  // namespace hourglass
