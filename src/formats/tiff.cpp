#include "formats/tiff.h"

#include <fmt/format.h>
#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr int64_t kLargestSide = 1 << 24;
constexpr int kMostPages = 1 << 16;
/// No compression of TIFF makes more of a byte.
constexpr int64_t kLargestRatio = 4096;

/// The file in memory, as libtiff reads it, and its last error.
struct Reader {
  std::string_view file;
  uint64_t position = 0;
  std::array<char, 256> error{};  // of a fixed size: an allocation could throw, through the frames of libtiff
};

Reader& reader_of(thandle_t handle) { return *static_cast<Reader*>(handle); }

tmsize_t read_bytes(thandle_t handle, void* to, tmsize_t count) {
  Reader& reader = reader_of(handle);
  const uint64_t left = reader.position < reader.file.size() ? reader.file.size() - reader.position : 0;
  const auto size = static_cast<size_t>(std::min<uint64_t>(left, static_cast<uint64_t>(std::max<tmsize_t>(count, 0))));
  std::memcpy(to, reader.file.data() + (size > 0 ? reader.position : 0), size);
  reader.position += size;
  return static_cast<tmsize_t>(size);
}
tmsize_t write_nothing(thandle_t, void*, tmsize_t) { return 0; }
toff_t seek(thandle_t handle, toff_t offset, int from) {
  Reader& reader = reader_of(handle);
  reader.position = offset + (from == SEEK_CUR ? reader.position : from == SEEK_END ? reader.file.size() : 0);
  return reader.position;
}
int close_nothing(thandle_t) { return 0; }
toff_t size_of_file(thandle_t handle) { return reader_of(handle).file.size(); }
int keep_error(TIFF*, void* data, const char*, const char* format, va_list arguments) {
  std::array<char, 256>& text = reader_of(data).error;
  std::vsnprintf(text.data(), text.size(), format, arguments);
  return 1;
}
int ignore_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

/// Properties of a page.
struct Page {
  uint32_t width = 0, height = 0;
  uint16_t bits = 1, channels = 1, photometric = 0, format = SAMPLEFORMAT_UINT, planes = PLANARCONFIG_CONTIG,
           orientation = ORIENTATION_TOPLEFT;
  bool is_deep() const { return bits == 16; }
  /// Whether the numbers are read as stored.
  bool is_plain() const {
    return (bits == 8 || bits == 16) && planes == PLANARCONFIG_CONTIG && channels <= 4 &&
           (photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE ||
            photometric == PHOTOMETRIC_RGB);
  }
};

class TiffFile {
 public:
  TiffFile(std::string_view file, const std::string& source) : reader_{file}, source_(source) {
    const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(TIFFOpenOptionsAlloc(),
                                                                                   TIFFOpenOptionsFree);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_error, &reader_);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore_warning, nullptr);
    // "m": libtiff does not map the file; "C": strips stay as they are.
    tiff_.reset(TIFFClientOpenExt("TIFF", "rm", &reader_, read_bytes, write_nothing, seek, close_nothing, size_of_file,
                                  nullptr, nullptr, options.get()));
    if (!tiff_) fail("its directory cannot be read");
  }

  int num_pages() {
    int pages = 1;
    while (pages < kMostPages && TIFFReadDirectory(tiff_.get())) ++pages;
    if (!TIFFSetDirectory(tiff_.get(), 0)) fail("its first page cannot be read");
    return pages;
  }

  Page open(int page) {
    if (!TIFFSetDirectory(tiff_.get(), static_cast<tdir_t>(page))) fail(fmt::format("page {} is missing", page + 1));
    Page found;
    TIFFGetField(tiff_.get(), TIFFTAG_IMAGEWIDTH, &found.width);
    TIFFGetField(tiff_.get(), TIFFTAG_IMAGELENGTH, &found.height);
    for (const auto& [tag, value] : {std::pair{TIFFTAG_BITSPERSAMPLE, &found.bits},
                                     {TIFFTAG_SAMPLESPERPIXEL, &found.channels},
                                     {TIFFTAG_SAMPLEFORMAT, &found.format},
                                     {TIFFTAG_PLANARCONFIG, &found.planes},
                                     {TIFFTAG_ORIENTATION, &found.orientation}})
      TIFFGetFieldDefaulted(tiff_.get(), static_cast<uint32_t>(tag), value);
    TIFFGetField(tiff_.get(), TIFFTAG_PHOTOMETRIC, &found.photometric);
    if (found.width < 1 || found.height < 1 || found.width > kLargestSide || found.height > kLargestSide)
      fail(fmt::format("it declares {}x{} pixels", found.width, found.height));
    if (found.format != SAMPLEFORMAT_UINT && found.format != SAMPLEFORMAT_VOID)
      fail(
          fmt::format("its numbers are {}; unsigned integers of 8 or 16 bits were expected. Convert it, or save the "
                      "numbers as npy",
                      found.format == SAMPLEFORMAT_IEEEFP ? "floating-point" : "signed or complex"));
    if (found.bits > 16) fail(fmt::format("its numbers have {} bits; 8 or 16 were expected", found.bits));
    const int64_t num_bytes =
        int64_t{found.width} * found.height * std::max<int64_t>(1, found.channels * found.bits / 8);
    if (num_bytes / kLargestRatio > static_cast<int64_t>(reader_.file.size()))
      fail(fmt::format("it declares {}x{} pixels, but has only {} bytes", found.width, found.height,
                       reader_.file.size()));
    return found;
  }

  DecodedImage decode(const Page& page) {
    if (!page.is_plain()) return decode_as_color(page);
    DecodedImage image{static_cast<int>(page.width), static_cast<int>(page.height), page.channels, {}, {}};
    const size_t num_values = size_t{page.width} * page.height * page.channels;
    std::byte* rows = nullptr;
    if (page.is_deep()) {
      image.deep.resize(num_values);
      rows = reinterpret_cast<std::byte*>(image.deep.data());
    } else {
      image.bytes.resize(num_values);
      rows = reinterpret_cast<std::byte*>(image.bytes.data());
    }
    TIFFIsTiled(tiff_.get()) ? read_tiles(page, rows) : read_rows(page, rows);
    if (page.photometric == PHOTOMETRIC_MINISWHITE) {
      for (uint8_t& value : image.bytes) value = static_cast<uint8_t>(255 - value);
      for (uint16_t& value : image.deep) value = static_cast<uint16_t>(65535 - value);
    }
    return upright(std::move(image), page.orientation >= 1 && page.orientation <= 8 ? page.orientation : 1);
  }

 private:
  [[noreturn]] void fail(const std::string& found) const {
    throw Error(ErrorKind::kData, fmt::format("'{}' is not a TIFF image that can be read: {}{}.", source_, found,
                                              reader_.error[0] ? fmt::format(" ({})", reader_.error.data()) : ""));
  }

  void read_rows(const Page& page, std::byte* rows) {
    const tmsize_t size = TIFFScanlineSize(tiff_.get());
    const size_t row_size = size_t{page.width} * page.channels * (page.bits / 8);
    if (size != static_cast<tmsize_t>(row_size)) fail("its rows have an unexpected size");
    for (uint32_t row = 0; row < page.height; ++row)
      if (TIFFReadScanline(tiff_.get(), rows + row * row_size, row, 0) < 0)
        fail(fmt::format("row {} cannot be read", row));
  }

  void read_tiles(const Page& page, std::byte* rows) {
    uint32_t width = 0, height = 0;
    TIFFGetField(tiff_.get(), TIFFTAG_TILEWIDTH, &width);
    TIFFGetField(tiff_.get(), TIFFTAG_TILELENGTH, &height);
    const size_t pixel = size_t{page.channels} * (page.bits / 8), row_size = page.width * pixel;
    const tmsize_t size = TIFFTileSize(tiff_.get());
    if (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide ||
        size != static_cast<tmsize_t>(width * pixel * height) ||
        size / kLargestRatio > static_cast<int64_t>(reader_.file.size()))
      fail("its tiles have an unexpected size");
    std::vector<std::byte> tile(static_cast<size_t>(size));
    for (uint32_t top = 0; top < page.height; top += height)
      for (uint32_t left = 0; left < page.width; left += width) {
        if (TIFFReadTile(tiff_.get(), tile.data(), left, top, 0, 0) < 0)
          fail(fmt::format("the tile at row {}, column {} cannot be read", top, left));
        const size_t count = std::min(width, page.width - left) * pixel;
        for (uint32_t row = 0; row < std::min(height, page.height - top); ++row)
          std::memcpy(rows + (top + row) * row_size + left * pixel, tile.data() + row * width * pixel, count);
      }
  }

  /// Whatever libtiff converts to 8-bit color. Alpha is dropped.
  DecodedImage decode_as_color(const Page& page) {
    std::vector<uint32_t> pixels(size_t{page.width} * page.height);
    if (!TIFFReadRGBAImageOriented(tiff_.get(), page.width, page.height, pixels.data(), ORIENTATION_TOPLEFT, 1))
      fail("its pixels cannot be read");
    DecodedImage image{static_cast<int>(page.width), static_cast<int>(page.height), 3, {}, {}};
    image.bytes.reserve(pixels.size() * 3);
    for (const uint32_t color : pixels)
      for (const uint32_t channel : {TIFFGetR(color), TIFFGetG(color), TIFFGetB(color)})
        image.bytes.push_back(static_cast<uint8_t>(channel));
    return image;
  }

  Reader reader_;
  const std::string& source_;
  std::unique_ptr<TIFF, decltype(&TIFFClose)> tiff_{nullptr, TIFFClose};
};

}  // namespace

bool is_tiff(std::string_view file) {
  using std::string_view_literals::operator""sv;
  return file.starts_with("II*\0"sv) || file.starts_with("MM\0*"sv) || file.starts_with("II+\0"sv) ||
         file.starts_with("MM\0+"sv);
}

ImageInfo tiff_info(std::string_view file, const std::string& source) {
  TiffFile tiff(file, source);
  ImageInfo info;
  info.pages = tiff.num_pages();
  const Page page = tiff.open(0);
  info.width = static_cast<int>(page.width);
  info.height = static_cast<int>(page.height);
  if (page.is_plain() && page.orientation >= 5) std::swap(info.width, info.height);
  info.channels = page.is_plain() ? page.channels : 3;
  info.is_deep = page.is_plain() && page.is_deep();
  return info;
}

DecodedImage decode_tiff(std::string_view file, const std::string& source, int page) {
  TiffFile tiff(file, source);
  return tiff.decode(tiff.open(page));
}

}  // namespace hourglass
