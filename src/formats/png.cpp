#include "formats/png.h"

#include <fmt/format.h>
#include <libdeflate.h>

#include <cstdlib>
#include <limits>
#include <memory>
#include <new>

#include "core/file.h"
#include "hourglass/error.h"
#include "hourglass/tensor.h"

namespace {

// Replaces the compressor of stb_image_write, for smaller files. The caller frees the result.
unsigned char* compress(unsigned char* data, int size, int* compressed_size, int) {
  constexpr int kLevel = 9;
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(kLevel), libdeflate_free_compressor);
  if (!compressor) return nullptr;
  const size_t capacity = libdeflate_zlib_compress_bound(compressor.get(), static_cast<size_t>(size));
  auto* bytes = static_cast<unsigned char*>(std::malloc(capacity));
  if (!bytes) return nullptr;
  *compressed_size =
      static_cast<int>(libdeflate_zlib_compress(compressor.get(), data, static_cast<size_t>(size), bytes, capacity));
  return bytes;
}

}  // namespace

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#define STBIW_ZLIB_COMPRESS compress
#include <stb_image_write.h>

namespace hourglass {

std::string encode_png(int width, int height, int channels, std::span<const uint8_t> bytes) {
  const bool is_image = width > 0 && height > 0 && channels >= 1 && channels <= 4;
  if (!is_image || static_cast<int64_t>(bytes.size()) != num_elements({width, height, channels}) ||
      bytes.size() > std::numeric_limits<int>::max())
    throw Error(ErrorKind::kUsage, fmt::format("{} bytes are not an image of {}x{} pixels and {} channels.",
                                               bytes.size(), width, height, channels));
  int size = 0;
  const std::unique_ptr<unsigned char, decltype(&std::free)> file(
      stbi_write_png_to_mem(bytes.data(), width * channels, width, height, channels, &size), &std::free);
  if (!file) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(file.get()), static_cast<size_t>(size)};
}

void write_png(const std::filesystem::path& path, int width, int height, int channels, std::span<const uint8_t> bytes) {
  write_file_atomically(path, encode_png(width, height, channels, bytes));
}

}  // namespace hourglass
