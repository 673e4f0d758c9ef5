#include "formats/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/file.h"
#include "formats/exif.h"
#include "formats/tiff.h"
#include "hourglass/error.h"

// A JPEG can use code tables that it never defines. The decoder would then read uninitialized memory and could access
// any address. Zeroed memory decodes to harmless values.
#define STBI_MALLOC(size) std::calloc(1, size)
#define STBI_REALLOC(memory, size) std::realloc(memory, size)
#define STBI_FREE(memory) std::free(memory)
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_ONLY_PNM
#define STBI_NO_STDIO
#include <stb_image.h>
#include <zlib.h>

namespace hourglass {
namespace {

uint32_t byte_at(std::string_view file, size_t position) { return static_cast<uint8_t>(file[position]); }

uint32_t little_endian32(std::string_view file, size_t position) {
  return byte_at(file, position) | byte_at(file, position + 1) << 8 | byte_at(file, position + 2) << 16 |
         byte_at(file, position + 3) << 24;
}

uint32_t big_endian32(std::string_view file, size_t position) {
  return byte_at(file, position) << 24 | byte_at(file, position + 1) << 16 | byte_at(file, position + 2) << 8 |
         byte_at(file, position + 3);
}

/// Whether the Huffman tables of a JPEG segment fit into the segment and have at most 256 codes each. With more codes,
/// the decoder would write past the end of its own table.
bool has_sane_codes(std::string_view tables) {
  constexpr size_t kHeader = 17, kMostCodes = 256;  // class and number, then the number of codes of 1 ... 16 bits
  while (!tables.empty()) {
    if (tables.size() < kHeader) return false;
    size_t num_codes = 0;
    for (size_t i = 1; i < kHeader; ++i) num_codes += byte_at(tables, i);
    if (num_codes > kMostCodes || kHeader + num_codes > tables.size()) return false;
    tables.remove_prefix(kHeader + num_codes);
  }
  return true;
}

/// Whether the segments of a JPEG are complete up to its end marker, with code tables that are safe for the decoder.
/// The decoder would fill missing data with gray.
bool has_intact_segments(std::string_view file) {
  constexpr uint32_t kCodes = 0xC4, kEnd = 0xD9, kScan = 0xDA, kFirstRestart = 0xD0, kLastRestart = 0xD7;
  size_t position = 2;
  while (position + 1 < file.size()) {
    if (byte_at(file, position) != 0xFF) return false;
    const uint32_t marker = byte_at(file, position + 1);
    if (marker == 0xFF) {  // fill
      ++position;
      continue;
    }
    if (marker == kEnd) return true;
    if (position + 3 >= file.size()) return false;
    const size_t length = byte_at(file, position + 2) << 8 | byte_at(file, position + 3);
    if (length < 2 || position + 2 + length > file.size()) return false;
    if (marker == kCodes && !has_sane_codes(file.substr(position + 4, length - 2))) return false;
    position += 2 + length;
    if (marker != kScan) continue;
    // In the coded data, 0xFF is followed by 0 or a restart marker.
    const auto is_coded = [&](uint32_t next) { return next == 0 || (next >= kFirstRestart && next <= kLastRestart); };
    while (position + 1 < file.size() && (byte_at(file, position) != 0xFF || is_coded(byte_at(file, position + 1))))
      ++position;
  }
  return false;
}

/// Whether the chunks of a PNG are complete up to its end, with the checksums they declare. The decoder would allocate
/// the size that a chunk declares, and does not compare checksums.
bool has_intact_chunks(std::string_view file) {
  constexpr size_t kFrame = 12;  // length, type and checksum
  size_t position = 8;
  while (position + kFrame <= file.size()) {
    const size_t length = big_endian32(file, position);
    if (length > file.size() - position - kFrame) return false;
    const std::string_view checked = file.substr(position + 4, 4 + length);
    const uLong checksum = crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
    if (checksum != big_endian32(file, position + 8 + length)) return false;
    if (checked.starts_with("IEND")) return true;
    position += kFrame + length;
  }
  return false;
}

/// Returns the offset of the values of a PGM or PPM: after three numbers and one byte of white space (# starts a
/// comment). Returns nullopt if a number has too many digits for the decoder.
std::optional<size_t> pnm_header_size(std::string_view file) {
  constexpr size_t kMostDigits = 8;
  const auto is_digit = [&](size_t i) { return i < file.size() && file[i] >= '0' && file[i] <= '9'; };
  size_t position = 2;
  for (int number = 0; number < 3; ++number) {
    while (position < file.size() && !is_digit(position))
      position = file[position] == '#' ? std::min(file.size(), file.find_first_of("\r\n", position)) : position + 1;
    const size_t start = position;
    while (is_digit(position)) ++position;
    if (position - start > kMostDigits) return std::nullopt;
  }
  return position + 1;
}

/// Checks the first bytes. The decoder accepts more files as JPEG, but the checks below do not cover them.
bool is_known_format(std::string_view file) {
  constexpr std::array<std::string_view, 5> kMagic{"\x89PNG", "\xFF\xD8", "BM", "P5", "P6"};
  return std::ranges::any_of(kMagic, [&](std::string_view magic) { return file.starts_with(magic); });
}

/// Whether the file is large enough for the pixels it declares. The decoder would invent missing pixels.
bool can_hold(std::string_view file, int64_t width, int64_t height, int channels, bool is_deep) {
  constexpr int64_t kLargestSide = 1 << 24;  // limit of the decoder
  if (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide) return false;
  const auto size = static_cast<int64_t>(file.size());
  const int64_t num_pixels = width * height;
  if (file.starts_with("\x89PNG")) return num_pixels <= size * 1032 * 8;  // maximum compression ratio of DEFLATE: 1032
  if (file.starts_with("\xFF\xD8")) return num_pixels <= size * 8 * 64;   // at least one bit per 8x8 pixels
  if (file.starts_with("BM")) {
    constexpr size_t kHeader = 30, kOldInfoSize = 12;  // the file header and the start of the info header
    if (file.size() < kHeader) return false;
    const int64_t offset = little_endian32(file, 10);
    const size_t bits_at = little_endian32(file, 14) == kOldInfoSize ? 24 : 28;
    const int64_t bits = byte_at(file, bits_at) | byte_at(file, bits_at + 1) << 8;
    const int64_t row_size = (width * bits + 31) / 32 * 4;
    return offset <= size && row_size * height <= size - offset;
  }
  const auto header_size = static_cast<int64_t>(pnm_header_size(file).value_or(file.size()));
  return num_pixels * channels * (is_deep ? 2 : 1) <= size - header_size;
}

/// The pixels of an image in another order. `place(x, y)`: position of the pixel before.
template <typename T, typename Place>
std::vector<T> moved(const std::vector<T>& pixels, const DecodedImage& image, const Place& place) {
  std::vector<T> result;
  result.reserve(pixels.size());
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const auto first = pixels.begin() + place(x, y) * image.channels;
      result.insert(result.end(), first, first + image.channels);
    }
  return result;
}

[[noreturn]] void fail(const std::string& source, const std::string& found) {
  throw Error(ErrorKind::kData,
              fmt::format("'{}' is not a valid PNG, JPEG, BMP, TIFF, PGM or PPM image: {}.", source, found));
}

const stbi_uc* data_of(std::string_view file) { return reinterpret_cast<const stbi_uc*>(file.data()); }

/// Throws if the decoder must not see the file.
void check_file(std::string_view file, const std::string& source) {
  if (file.empty()) fail(source, "it is empty");
  if (!is_known_format(file)) fail(source, "its first bytes match none of these formats");
  if (file.size() > std::numeric_limits<int>::max()) fail(source, "it is larger than 2 GiB");
  if (file.starts_with('P') && !pnm_header_size(file)) fail(source, "its header has a number with more than 8 digits");
}

}  // namespace

DecodedImage upright(DecodedImage stored, int orientation) {
  if (orientation == 1) return stored;
  const bool rows_are_columns = orientation >= 5;
  const bool from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  DecodedImage image{stored.width, stored.height, stored.channels, {}, {}};
  if (rows_are_columns) std::swap(image.width, image.height);
  const auto place = [&](int x, int y) {
    const int row = rows_are_columns ? x : y, column = rows_are_columns ? y : x;
    return int64_t{from_below ? stored.height - 1 - row : row} * stored.width +
           (from_right ? stored.width - 1 - column : column);
  };
  if (stored.is_deep())
    image.deep = moved(stored.deep, image, place);
  else
    image.bytes = moved(stored.bytes, image, place);
  return image;
}

ImageInfo image_info(std::string_view file, const std::string& source) {
  if (is_tiff(file)) return tiff_info(file, source);
  check_file(file, source);
  ImageInfo info;
  const int size = static_cast<int>(file.size());
  // The decoder reads code tables with the headers.
  if (file.starts_with("\xFF\xD8") && !has_intact_segments(file))
    fail(source, fmt::format("it is truncated or damaged: its {} bytes have no end marker", size));
  if (!stbi_info_from_memory(data_of(file), size, &info.width, &info.height, &info.channels))
    fail(source, stbi_failure_reason());
  info.is_deep = stbi_is_16_bit_from_memory(data_of(file), size) != 0;
  if (!can_hold(file, info.width, info.height, info.channels, info.is_deep))
    fail(source, fmt::format("it declares {}x{} pixels, but has only {} bytes", info.width, info.height, size));
  if (file.starts_with("\xFF\xD8") && exif_orientation(file) >= 5) std::swap(info.width, info.height);
  return info;
}

DecodedImage decode_image(std::string_view file, const std::string& source, int page) {
  if (is_tiff(file)) return decode_tiff(file, source, page);
  check_file(file, source);
  const int size = static_cast<int>(file.size());
  if (file.starts_with("\x89PNG") && !has_intact_chunks(file))
    fail(
        source,
        fmt::format("it is truncated or damaged: a chunk in its {} bytes is incomplete or has another checksum", size));
  const ImageInfo info = image_info(file, source);
  DecodedImage image;
  const auto decode = [&](auto load, auto& values) {
    const std::unique_ptr<std::remove_pointer_t<decltype(load())>, decltype(&stbi_image_free)> pixels(load(),
                                                                                                      stbi_image_free);
    if (!pixels) fail(source, stbi_failure_reason());
    values.assign(pixels.get(), pixels.get() + int64_t{image.width} * image.height * image.channels);
  };
  if (info.is_deep)
    decode(
        [&] { return stbi_load_16_from_memory(data_of(file), size, &image.width, &image.height, &image.channels, 0); },
        image.deep);
  else
    decode([&] { return stbi_load_from_memory(data_of(file), size, &image.width, &image.height, &image.channels, 0); },
           image.bytes);
  return file.starts_with("\xFF\xD8") ? upright(std::move(image), exif_orientation(file)) : image;
}

DecodedImage read_image(const std::filesystem::path& path) { return decode_image(read_file(path), path.string()); }

DecodedImage with_bytes(DecodedImage image) {
  for (const uint16_t value : image.deep) image.bytes.push_back(static_cast<uint8_t>((value + 128) / 257));
  image.deep = {};
  return image;
}

}  // namespace hourglass
