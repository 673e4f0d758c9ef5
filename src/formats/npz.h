#pragma once
// Reads and writes npz files: NumPy arrays in one zip file (numpy.savez, numpy.savez_compressed).

#include <filesystem>
#include <string>
#include <vector>

#include "formats/number_array.h"
#include "formats/sparse_matrix.h"

namespace hourglass {

/// Lists the arrays of a file in file order, with their names in NumPy (without ".npy"). Members that are not arrays of
/// numbers are skipped. A file of scipy.sparse.save_npz (csr or csc) has one array without a name. Throws Error(kIo) if
/// the file cannot be read, Error(kData) if it is not a valid zip file.
std::vector<ArrayInfo> list_npz(const std::filesystem::path& path);

/// Reads one array, stored or deflated. Throws as list_npz and parse_npy do, and Error(kData) if the array does not
/// exist, is encrypted or compressed by another method, or declares more than its compressed bytes can contain.
NumberArray read_npz(const std::filesystem::path& path, const std::string& name);

/// Reads the matrix of a file of scipy.sparse.save_npz. Throws as read_npz does, and Error(kData) if its members do not
/// fit together.
SparseMatrix read_sparse_npz(const std::filesystem::path& path);

/// Array of an npz file that is written: its name and the bytes of its npy file.
struct NpzMember {
  std::string name;
  std::string npy;
};

/// Writes the arrays, not compressed, through a temporary name. Throws Error(kIo).
void write_npz(const std::filesystem::path& path, const std::vector<NpzMember>& members);

}  // namespace hourglass
