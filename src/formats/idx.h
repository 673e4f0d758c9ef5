#pragma once
// IDX, the format of MNIST and its descendants (LeCun, Cortes, Burges: http://yann.lecun.com/exdb/mnist):
// two zero bytes, the element type, the rank, one big-endian 32-bit size per dimension, then the values.

#include <filesystem>

#include "formats/number_array.h"

namespace hourglass {

/// Reads an IDX file, plain or gzipped (detected by its first bytes, not by its name). A plain file of one-byte numbers
/// is memory-mapped, not copied. Wider numbers are converted to the machine's byte order.
/// Throws Error(kIo) if the file cannot be read, Error(kData) if it is empty, not an IDX file, or has fewer or more
/// values than its header declares.
NumberArray read_idx(const std::filesystem::path& path);

}  // namespace hourglass
