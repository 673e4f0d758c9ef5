#pragma once
// Comma-separated values (RFC 4180, lines end in \n).

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/tensor.h"

namespace hourglass {

/// Writes a line of column names, then one line a row of `tensor` ({rows, ...}; a row is all that follows the first
/// size), through a temporary name. Each value has the fewest digits that read back as the same float32.
/// Throws Error(kUsage) where the rows do not have one value a column, Error(kIo) where the file cannot be written.
void write_csv(const std::filesystem::path& path, const Tensor& tensor, const std::vector<std::string>& columns);

}  // namespace hourglass
