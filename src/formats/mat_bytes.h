#pragma once
// The bytes of a variable in a MAT-file of version 5.

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <new>

namespace hourglass {

/// Sequential reader for the next `size` bytes of a file, plain or compressed.
class ElementBytes {
 public:
  ElementBytes(std::ifstream& in, int64_t size, bool is_compressed)
      : in_(in), left_(size), is_compressed_(is_compressed) {
    if (is_compressed && inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
  }
  ~ElementBytes() {
    if (is_compressed_) inflateEnd(&stream_);
  }
  ElementBytes(const ElementBytes&) = delete;
  ElementBytes& operator=(const ElementBytes&) = delete;

  /// Reads `size` bytes. Returns false if fewer are left.
  bool read(void* to, size_t size) {
    if (!is_compressed_) return read_stored(to, size) == size;
    auto* next = static_cast<Bytef*>(to);
    while (size > 0) {
      stream_.next_out = next;
      stream_.avail_out = static_cast<uInt>(std::min<size_t>(size, 1 << 30));
      if (stream_.avail_in == 0) {
        stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
        stream_.avail_in = static_cast<uInt>(read_stored(buffer_.data(), buffer_.size()));
      }
      const int result = inflate(&stream_, Z_NO_FLUSH);
      size -= static_cast<size_t>(stream_.next_out - next);
      next = stream_.next_out;
      if (result != Z_OK && size > 0) return false;  // end of data, or damaged
    }
    return true;
  }

 private:
  size_t read_stored(void* to, size_t size) {
    in_.read(static_cast<char*>(to), static_cast<std::streamsize>(std::min<uint64_t>(size, left_)));
    left_ -= static_cast<uint64_t>(in_.gcount());
    return static_cast<size_t>(in_.gcount());
  }

  std::ifstream& in_;
  uint64_t left_;
  bool is_compressed_;
  z_stream stream_{};
  std::array<char, 1 << 14> buffer_;
};

}  // namespace hourglass
