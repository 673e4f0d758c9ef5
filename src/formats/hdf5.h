#pragma once
// Reads the datasets of an HDF5 file (https://docs.hdfgroup.org/hdf5).

#include <filesystem>
#include <string>
#include <vector>

#include "formats/number_array.h"
#include "formats/sparse_matrix.h"

namespace hourglass {

/// Lists the numeric datasets in all groups of a file, by path ("group/name"), sorted. A group that stores a compressed
/// sparse matrix is listed as that matrix, without its datasets: of AnnData, 10x Genomics or MATLAB.
/// Throws Error(kIo) if the file cannot be read, Error(kData) if it is not a valid HDF5 file.
std::vector<ArrayInfo> list_hdf5(const std::filesystem::path& path);

/// Reads one dataset by its path, with or without a leading slash: integers of 8 to 64 bits, floats of 16 to 64 bits,
/// and booleans as h5py writes them. Throws as list_hdf5 does, and Error(kData) if the dataset does not exist, has no
/// real numbers, was never written, or declares more values than the file can contain.
NumberArray read_hdf5(const std::filesystem::path& path, const std::string& name);

/// Reads a sparse matrix. That of 10x Genomics has cells as rows. Throws as read_hdf5 does, and Error(kData) if it is
/// not a sparse matrix or its datasets do not fit together.
SparseMatrix read_sparse_hdf5(const std::filesystem::path& path, const std::string& name);

/// Reads an array of text of fixed or variable length, in row-major order. Throws as read_hdf5 does, and Error(kData)
/// if the dataset has no text.
std::vector<std::string> read_hdf5_texts(const std::filesystem::path& path, const std::string& name);

/// Returns the names of the datasets and groups in a group, sorted; empty if there is no such group. "": those of the
/// file. Throws as list_hdf5 does.
std::vector<std::string> list_hdf5_group(const std::filesystem::path& path, const std::string& name);

/// Returns the text attribute of a dataset or group, such as "double" for MATLAB_class, or "" if it has none.
/// Throws as list_hdf5 does.
std::string read_hdf5_text(const std::filesystem::path& path, const std::string& name, const std::string& attribute);

}  // namespace hourglass
