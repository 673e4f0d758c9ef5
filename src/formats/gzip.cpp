#include "formats/gzip.h"

#include <fmt/format.h>
#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <new>

#include "hourglass/error.h"

namespace hourglass {
namespace {

/// Images are rarely compressed by more than this factor. The first buffer has at most this factor times the compressed
/// size. It grows only if it is filled.
constexpr uint64_t kUsualRatio = 8;
constexpr size_t kSmallestFile = 18;  // header, trailer

[[noreturn]] void fail(const std::string& source, const std::string& found) {
  throw Error(ErrorKind::kData,
              fmt::format("'{}' is not a complete gzip file: {}. Copy or download it again.", source, found));
}

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

uint32_t gunzip_size(std::string_view bytes) {
  uint32_t size = 0;
  for (size_t i = 0; i < 4 && bytes.size() >= kSmallestFile; ++i)
    size |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[bytes.size() - 4 + i])) << (8 * i);
  return size;
}

std::vector<uint8_t> gunzip(std::string_view bytes, const std::string& source) {
  if (!is_gzip(bytes)) fail(source, "it does not start with the bytes 1f 8b");
  if (bytes.size() < kSmallestFile) fail(source, fmt::format("it is truncated after {} bytes", bytes.size()));
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!decompressor) throw std::bad_alloc();

  const uint64_t claimed = gunzip_size(bytes);
  uint64_t capacity = std::min(claimed, kUsualRatio * bytes.size());
  while (true) {
    std::vector<uint8_t> inflated(capacity);
    size_t bytes_read = 0, bytes_written = 0;
    const libdeflate_result result = libdeflate_gzip_decompress_ex(
        decompressor.get(), bytes.data(), bytes.size(), inflated.data(), inflated.size(), &bytes_read, &bytes_written);
    if (result == LIBDEFLATE_SUCCESS) {
      if (bytes_read != bytes.size())
        fail(source, fmt::format("{} bytes follow the end of the compressed data", bytes.size() - bytes_read));
      inflated.resize(bytes_written);
      return inflated;
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) fail(source, "its compressed data is truncated or damaged");
    if (capacity == claimed)
      fail(source,
           fmt::format("it contains more than the {} bytes stated in its last four bytes; it is truncated, damaged, "
                       "or followed by other data",
                       claimed));
    capacity = std::min(claimed, 2 * capacity);
  }
}

std::vector<uint8_t> gunzip_start(std::string_view bytes, size_t count) {
  constexpr int kGzip = 16 + MAX_WBITS;
  z_stream stream{};
  if (inflateInit2(&stream, kGzip) != Z_OK) throw std::bad_alloc();
  std::vector<uint8_t> start(count);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(std::min<size_t>(bytes.size(), UINT_MAX));
  stream.next_out = start.data();
  stream.avail_out = static_cast<uInt>(count);
  inflate(&stream, Z_SYNC_FLUSH);
  start.resize(count - stream.avail_out);
  inflateEnd(&stream);
  return start;
}

}  // namespace hourglass
