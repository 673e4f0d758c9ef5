#pragma once
// NumPy's array file (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). Writes format 1.0, reads
// 1.0 to 3.0.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "formats/number_array.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Bytes of an npy file of a float32 array ('<f4', C order), of a one-dimensional int32 array ('<i4'), or of a
/// one-dimensional array of text ('<U'; see core/utf8.h for text that is not UTF-8).
std::string npy_bytes(const Tensor& tensor);
std::string npy_bytes(std::span<const int32_t> values);
std::string npy_bytes(std::span<const std::string> texts);

/// Writes a float32 array for numpy.load, atomically. Throws Error(kIo).
void write_npy(const std::filesystem::path& path, const Tensor& tensor);

/// Writes a one-dimensional int32 array in the same way.
void write_npy(const std::filesystem::path& path, std::span<const int32_t> values);

/// Header of an npy file.
struct NpyHeader {
  Shape shape;
  NumberType type = NumberType::kFloat32;
  bool is_big_endian = false;
  bool is_fortran_order = false;  ///< the first dimension varies fastest
  size_t offset = 0;              ///< of the values, in bytes
};

/// Parses the header at the start of `bytes`. `bytes` can end anywhere after it. `source` names the file in messages.
/// Throws Error(kData) if the header is invalid, or the values are text, objects, complex numbers or records.
NpyHeader parse_npy_header(std::span<const std::byte> bytes, const std::string& source);

/// Returns the array in the bytes of an npy file. `owner` keeps the bytes alive. Plain values are not copied.
/// Throws as parse_npy_header, and Error(kData) if the number of values after the header is not the declared one.
NumberArray parse_npy(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, const std::string& source);

/// Reads an npy file, which is memory-mapped. Throws Error(kIo) if it cannot be read.
NumberArray read_npy(const std::filesystem::path& path);

}  // namespace hourglass
