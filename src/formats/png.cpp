#include "formats/png.h"

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <ostream>
#include <string>

#include "core/file.h"
#include "hourglass/error.h"
#include "hourglass/tensor.h"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#include <stb_image.h>
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#include <stb_image_write.h>

namespace hourglass {

void write_png(const std::filesystem::path& path, int width, int height, int channels, std::span<const uint8_t> bytes) {
  const bool is_image = width > 0 && height > 0 && channels >= 1 && channels <= 4;
  if (!is_image || static_cast<int64_t>(bytes.size()) != num_elements({width, height, channels}) ||
      bytes.size() > std::numeric_limits<int>::max())
    throw Error(ErrorKind::kUsage,
                fmt::format("Cannot write '{}': {} bytes are no image of {}x{} pixels and {} channels.", path.string(),
                            bytes.size(), width, height, channels));
  write_file_atomically(path, [&](std::ostream& out) {
    const auto append = [](void* stream, void* data, int size) {
      static_cast<std::ostream*>(stream)->write(static_cast<const char*>(data), size);
    };
    if (!stbi_write_png_to_func(append, &out, width, height, channels, bytes.data(), width * channels))
      out.setstate(std::ios::badbit);
  });
}

PngImage read_png(const std::filesystem::path& path) {
  const std::string file = read_file(path);
  const auto fail = [&](const std::string& found) {
    throw Error(ErrorKind::kData, fmt::format("'{}' is no intact PNG image: {}.", path.string(), found));
  };
  if (file.size() > std::numeric_limits<int>::max()) fail("it is larger than 2 GiB");
  const auto* data = reinterpret_cast<const stbi_uc*>(file.data());
  const int size = static_cast<int>(file.size());

  PngImage image;
  if (!stbi_info_from_memory(data, size, &image.width, &image.height, &image.channels)) fail(stbi_failure_reason());
  // DEFLATE stores at most 1032 bytes in one (zlib's technical notes), and a byte holds at most 8 pixels.
  constexpr int64_t kMostPixelsPerByte = 1032 * 8;
  if (int64_t{image.width} * image.height > kMostPixelsPerByte * size)
    fail(fmt::format("it promises {}x{} pixels in {} bytes", image.width, image.height, size));

  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
      stbi_load_from_memory(data, size, &image.width, &image.height, &image.channels, 0), stbi_image_free);
  if (!pixels) fail(stbi_failure_reason());
  const int64_t num_bytes = int64_t{image.width} * image.height * image.channels;
  image.bytes.assign(pixels.get(), pixels.get() + num_bytes);
  return image;
}

}  // namespace hourglass
