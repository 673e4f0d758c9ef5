#pragma once
// NumPy's array file (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): format 1.0 is written,
// 1.0 to 3.0 are read.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "formats/number_array.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Writes a float32 array ('<f4', C order) for numpy.load, through a temporary name. Throws Error(kIo).
void write_npy(const std::filesystem::path& path, const Tensor& tensor);

/// Writes a one-dimensional int32 array ('<i4'), otherwise the same.
void write_npy(const std::filesystem::path& path, std::span<const int32_t> values);

/// What the header of an npy file says of its values.
struct NpyHeader {
  Shape shape;
  NumberType type = NumberType::kFloat32;  ///< of half precision: kFloat32, which they become
  bool is_half = false;                    ///< 16-bit floats
  bool is_big_endian = false;
  bool is_fortran_order = false;  ///< the first dimension is the fastest
  size_t offset = 0;              ///< of the values, in bytes

  /// Bytes of one value in the file.
  size_t stored_size() const { return is_half ? 2 : size_of(type); }
  /// Whether the values lie in the file as in a NumberArray.
  bool is_plain() const;
};

/// Reads the header at the front of `bytes`, which may end anywhere behind it. `source` names the file in messages.
/// Throws Error(kData) where it is no header, or one of text, objects, complex numbers or records.
NpyHeader parse_npy_header(std::span<const std::byte> bytes, const std::string& source);

/// The array in the bytes of an npy file, which `owner` keeps alive: without a copy where the values are plain.
/// Throws as parse_npy_header, and Error(kData) where not exactly the promised values follow the header.
NumberArray parse_npy(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, const std::string& source);

/// The same of a file, which is mapped. Throws Error(kIo) where it cannot be read.
NumberArray read_npy(const std::filesystem::path& path);

}  // namespace hourglass
