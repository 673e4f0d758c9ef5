#pragma once
// IDX, the format of MNIST and its descendants (LeCun, Cortes, Burges: http://yann.lecun.com/exdb/mnist):
// two zero bytes, the element type, the rank, one big-endian 32-bit size a dimension, then the values.

#include <filesystem>

#include "formats/number_array.h"

namespace hourglass {

/// Reads an IDX file, plain or gzipped (told by its first bytes, not by its name). The bytes of a plain one are mapped,
/// not copied; wider numbers are turned into the machine's byte order.
/// Throws Error(kIo) where it cannot be read, Error(kData) where it is empty, no IDX file, or holds fewer or more
/// values than its header promises.
NumberArray read_idx(const std::filesystem::path& path);

}  // namespace hourglass
