#pragma once
// HDF5 (https://docs.hdfgroup.org/hdf5), the data sets of a file.

#include <filesystem>
#include <string>
#include <vector>

#include "formats/number_array.h"

namespace hourglass {

/// The numeric data sets of a file in all its groups, by path ("group/name"), sorted.
/// Throws Error(kIo) where the file cannot be read, Error(kData) where it is no intact HDF5 file.
std::vector<ArrayInfo> list_hdf5(const std::filesystem::path& path);

/// Reads one data set by its path, with or without a / in front: integers of 8 to 64 bits, floats of 16 to 64, and
/// booleans as h5py writes them. Throws as list_hdf5 does, and Error(kData) where there is no such data set, it is not
/// of real numbers, was never written, or promises more than the file can hold.
NumberArray read_hdf5(const std::filesystem::path& path, const std::string& name);

/// The text in an attribute of a data set, as "double" in MATLAB_class; empty where it has none of fixed length.
/// Throws as list_hdf5 does.
std::string read_hdf5_text(const std::filesystem::path& path, const std::string& name, const std::string& attribute);

}  // namespace hourglass
