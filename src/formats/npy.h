#pragma once
// NumPy's array file, format 1.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).

#include <cstdint>
#include <filesystem>
#include <span>

#include "hourglass/tensor.h"

namespace hourglass {

/// Writes a float32 array ('<f4', C order) for numpy.load, through a temporary name. Throws Error(kIo).
void write_npy(const std::filesystem::path& path, const Tensor& tensor);

/// Writes a one-dimensional int32 array ('<i4'), otherwise the same.
void write_npy(const std::filesystem::path& path, std::span<const int32_t> values);

}  // namespace hourglass
