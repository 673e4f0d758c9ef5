#pragma once
// Reads MATLAB's MAT-files of version 5 and 7.3 (https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf).

#include <filesystem>
#include <string>
#include <vector>

#include "formats/number_array.h"
#include "formats/sparse_matrix.h"

namespace hourglass {

/// Lists the real, numeric and logical variables of a file, full or sparse, in file order. Shapes are those of MATLAB,
/// rows first. Throws Error(kIo) if the file cannot be read, Error(kData) if it is not a valid MAT-file.
std::vector<ArrayInfo> list_mat(const std::filesystem::path& path);

/// Reads one variable. MATLAB stores arrays in column-major order, so the row-major array has MATLAB's dimensions in
/// reverse order: a 560 x 1965 variable has shape {1965, 560}.
/// Throws as list_mat does, and Error(kData) if the variable does not exist, is sparse, declares more values than the
/// file can contain, or is stored as numbers that its type cannot hold.
NumberArray read_mat(const std::filesystem::path& path, const std::string& name);

/// Reads a sparse variable, whose slices are columns. Throws as read_mat does, and Error(kData) if it is not sparse.
SparseMatrix read_sparse_mat(const std::filesystem::path& path, const std::string& name);

}  // namespace hourglass
