#include "formats/png.h"

#include <fmt/format.h>

#include <limits>
#include <ostream>

#include "core/file.h"
#include "hourglass/error.h"
#include "hourglass/tensor.h"

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

}  // namespace hourglass
