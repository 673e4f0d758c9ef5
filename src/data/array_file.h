#pragma once
// Files of one or several named arrays, whatever their format.

#include <string>
#include <vector>

#include "data/data_path.h"
#include "formats/number_array.h"

namespace hourglass {

/// An IDX, npy, npz, MATLAB or HDF5 file.
class ArrayFile {
 public:
  /// Reads what is in it. Throws as the reader of its format does.
  explicit ArrayFile(DataPath path);

  /// Its arrays of numbers, shapes as the program that wrote it says them; one without a name where the format has one.
  const std::vector<ArrayInfo>& arrays() const { return arrays_; }
  bool has(const std::string& name) const;
  /// MATLAB's arrays come with their dimensions in opposite order (see read_mat).
  bool is_matlab() const { return path_.kind == FileKind::kMat; }
  NumberArray read(const std::string& name) const;
  /// "file.npz:name", for messages.
  std::string source(const std::string& name) const;

  /// The array of samples: `asked`, or the only one of more than one row and column. Throws Error(kUsage) with the
  /// choice where there is none or several.
  std::string choose_samples(const std::string& asked) const;
  /// The array of labels that goes by a usual name ("labels", "y", ...) and has as many values as one of the outer
  /// dimensions of array `samples`, or "".
  std::string find_labels(const std::string& samples) const;

 private:
  const ArrayInfo& info(const std::string& name) const;

  DataPath path_;
  NumberArray only_;  // of a format with one array
  std::vector<ArrayInfo> arrays_;
};

}  // namespace hourglass
