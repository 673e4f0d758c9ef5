#pragma once
// IDX, the format of MNIST and its descendants (LeCun, Cortes, Burges: http://yann.lecun.com/exdb/mnist):
// two zero bytes, the element type, the rank, one big-endian 32-bit size a dimension, then the values.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "hourglass/tensor.h"

namespace hourglass {

/// A row-major array of bytes.
struct IdxArray {
  Shape shape;
  std::vector<uint8_t> values;
};

/// Reads an IDX file of unsigned bytes, plain or gzipped (told by its first bytes, not by its name).
/// Throws Error(kIo) where it cannot be read, Error(kData) where it is empty, no IDX file, of another element type, or
/// holds fewer or more values than its header promises.
IdxArray read_idx(const std::filesystem::path& path);

}  // namespace hourglass
