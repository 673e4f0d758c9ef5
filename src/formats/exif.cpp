#include "formats/exif.h"

#include <cstdint>

namespace hourglass {
namespace {

/// Reads numbers in the byte order of the file. A number outside the file is 0.
class Tiff {
 public:
  explicit Tiff(std::string_view bytes) : bytes_(bytes), big_endian_(bytes.starts_with("MM")) {}

  uint32_t number(size_t position, size_t size) const {
    if (position > bytes_.size() || size > bytes_.size() - position) return 0;
    uint32_t value = 0;
    for (size_t i = 0; i < size; ++i)
      value = value << 8 | static_cast<uint8_t>(bytes_[position + (big_endian_ ? i : size - 1 - i)]);
    return value;
  }

 private:
  std::string_view bytes_;
  bool big_endian_;
};

/// Returns the orientation in `bytes`, which follow "Exif". They are a TIFF file, and its first directory has the tag.
int orientation_in(std::string_view bytes) {
  constexpr uint32_t kMagic = 42, kOrientation = 0x0112, kShort = 3;
  constexpr size_t kEntrySize = 12;
  if (!bytes.starts_with("II") && !bytes.starts_with("MM")) return 1;
  const Tiff tiff(bytes);
  if (tiff.number(2, 2) != kMagic) return 1;
  const size_t directory = tiff.number(4, 4);
  const uint32_t num_entries = tiff.number(directory, 2);
  for (uint32_t i = 0; i < num_entries; ++i) {
    const size_t entry = directory + 2 + i * kEntrySize;
    if (tiff.number(entry, 2) != kOrientation || tiff.number(entry + 2, 2) != kShort) continue;
    const uint32_t value = tiff.number(entry + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

}  // namespace

int exif_orientation(std::string_view jpeg) {
  constexpr std::string_view kExif("Exif\0\0", 6);
  constexpr uint8_t kApplication1 = 0xE1, kScan = 0xDA;
  const auto byte = [&](size_t position) { return static_cast<uint8_t>(jpeg[position]); };
  size_t position = 2;  // after the start marker
  while (position + 4 <= jpeg.size() && byte(position) == 0xFF) {
    const uint8_t marker = byte(position + 1);
    if (marker == 0xFF) {  // fill
      ++position;
      continue;
    }
    const size_t length = static_cast<size_t>(byte(position + 2)) << 8 | byte(position + 3);
    if (marker == kScan || length < 2 || length > jpeg.size() - position - 2) return 1;
    const std::string_view segment = jpeg.substr(position + 4, length - 2);
    if (marker == kApplication1 && segment.starts_with(kExif)) return orientation_in(segment.substr(kExif.size()));
    position += 2 + length;
  }
  return 1;
}

}  // namespace hourglass
