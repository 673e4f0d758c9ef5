#pragma once
// Reads and writes npz files: NumPy arrays in one zip file (numpy.savez, numpy.savez_compressed).

#include <filesystem>
#include <string>
#include <vector>

#include "formats/number_array.h"

namespace hourglass {

/// Lists the arrays of a file in file order, with their names in NumPy (without ".npy"). Members that are not arrays of
/// numbers are skipped. Throws Error(kIo) if the file cannot be read, Error(kData) if it is not a valid zip file.
std::vector<ArrayInfo> list_npz(const std::filesystem::path& path);

/// Reads one array, stored or deflated. Throws as list_npz and parse_npy do, and Error(kData) if the array does not
/// exist, is encrypted or compressed by another method, or declares more than its compressed bytes can contain.
NumberArray read_npz(const std::filesystem::path& path, const std::string& name);

/// Array of an npz file that is written: its name and the bytes of its npy file.
struct NpzMember {
  std::string name;
  std::string npy;
};

/// Writes the arrays, not compressed, through a temporary name. Throws Error(kIo).
void write_npz(const std::filesystem::path& path, const std::vector<NpzMember>& members);

}  // namespace hourglass
