#pragma once
// Writes a MAT-file of version 7.3 with HDF5.

#include <hdf5.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace hourglass {

/// Same format as MATLAB's save -v7.3: HDF5 after a block of 512 bytes, dimensions reversed, compressed chunks, and the
/// class in an attribute of fixed length.
class SavedByMatlab {
 public:
  explicit SavedByMatlab(const std::filesystem::path& path) : path_(path) {
    const hid_t layout = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_userblock(layout, 512);
    file_ = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, layout, H5P_DEFAULT);
    H5Pclose(layout);
  }
  /// `values`: in column-major order, as in MATLAB.
  void add(const char* name, const std::string& matlab_class, hid_t type, std::vector<hsize_t> shape,
           const std::vector<double>& values) {
    std::ranges::reverse(shape);
    const auto rank = static_cast<int>(shape.size());
    const hid_t space = H5Screate_simple(rank, shape.data(), nullptr), storage = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(storage, rank, shape.data());
    H5Pset_deflate(storage, 3);
    const hid_t array = H5Dcreate2(file_, name, type, space, H5P_DEFAULT, storage, H5P_DEFAULT);
    H5Dwrite(array, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    const hid_t text = H5Tcopy(H5T_C_S1), scalar = H5Screate(H5S_SCALAR);
    H5Tset_size(text, matlab_class.size());
    const hid_t attribute = H5Acreate2(array, "MATLAB_class", text, scalar, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, text, matlab_class.data());
    H5Aclose(attribute);
    H5Sclose(scalar);
    H5Tclose(text);
    H5Dclose(array);
    H5Pclose(storage);
    H5Sclose(space);
  }
  void finish() {
    H5Fclose(file_);
    std::string header = "MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Mon Jan 01 2024 HDF5 schema 1.00 .";
    header.resize(124, ' ');
    header += std::string("\0\2IM", 4);
    std::fstream(path_, std::ios::in | std::ios::out | std::ios::binary).write(header.data(), 128);
  }

 private:
  std::filesystem::path path_;
  hid_t file_ = 0;
};

}  // namespace hourglass
