#pragma once
// Several NumPy arrays in one zip file (numpy.savez, numpy.savez_compressed).

#include <filesystem>
#include <string>
#include <vector>

#include "formats/number_array.h"

namespace hourglass {

/// The arrays of a file, named as in NumPy (without ".npy"), in its order; members that are no arrays of numbers are
/// left out. Throws Error(kIo) where the file cannot be read, Error(kData) where it is no intact zip file.
std::vector<ArrayInfo> list_npz(const std::filesystem::path& path);

/// Reads one array, stored or deflated. Throws as list_npz and parse_npy do, and Error(kData) where there is no such
/// array, it is encrypted or compressed otherwise, or promises more than its compressed bytes can hold.
NumberArray read_npz(const std::filesystem::path& path, const std::string& name);

}  // namespace hourglass
