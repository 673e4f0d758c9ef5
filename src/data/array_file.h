#pragma once
// Common interface to files of one or several arrays.

#include <string>
#include <vector>

#include "data/data_path.h"
#include "formats/number_array.h"
#include "formats/sparse_matrix.h"

namespace hourglass {

/// An IDX, npy, npz, MATLAB, HDF5 or safetensors file.
class ArrayFile {
 public:
  /// Opens the file and lists its arrays. Throws as the reader of its format.
  explicit ArrayFile(DataPath path);

  const DataPath& path() const { return path_; }
  /// The numeric arrays of the file, with shapes as in the program that wrote it. In formats with a single array, its
  /// name is empty.
  const std::vector<ArrayInfo>& arrays() const { return arrays_; }
  bool has(const std::string& name) const;
  /// Whether read() returns arrays with reversed dimensions (see read_mat).
  bool is_matlab() const { return path_.kind == FileKind::kMat; }
  const ArrayInfo& info(const std::string& name) const;
  NumberArray read(const std::string& name) const;
  /// Reads an array with ArrayInfo::is_sparse.
  SparseMatrix read_sparse(const std::string& name) const;
  /// "file.npz:name", for messages.
  std::string source(const std::string& name) const;

  /// Returns the name of the array of samples: `requested`, or the only array with more than one row and column, or of
  /// several the one named "X". Throws Error(kUsage) with the choices if there is no such array or several.
  std::string choose_samples(const std::string& requested) const;
  /// Returns the array of labels, or "". It has a common name ("labels", "y", ...), and its size is equal to the first
  /// or last dimension of array `samples`.
  std::string find_labels(const std::string& samples) const;

 private:
  DataPath path_;
  NumberArray only_;  // in formats with a single array
  std::vector<ArrayInfo> arrays_;
};

}  // namespace hourglass
