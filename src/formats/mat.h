#pragma once
// MATLAB's MAT-files of version 5 and 7.3 (https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf).

#include <filesystem>
#include <string>
#include <vector>

#include "formats/number_array.h"

namespace hourglass {

/// The full real numeric and logical variables of a file, in its order; shapes as MATLAB says them, rows first.
/// Throws Error(kIo) where the file cannot be read, Error(kData) where it is no intact MAT-file.
std::vector<ArrayInfo> list_mat(const std::filesystem::path& path);

/// Reads one variable. MATLAB stores the first dimension fastest, so the row-major array has MATLAB's dimensions in the
/// opposite order: a 560 x 1965 variable is {1965, 560}, column after column.
/// Throws as list_mat does, and Error(kData) where there is no such variable or its sizes exceed what the file can
/// hold.
NumberArray read_mat(const std::filesystem::path& path, const std::string& name);

}  // namespace hourglass
