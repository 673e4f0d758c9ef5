#pragma once
// Names and labels of the samples and features of a matrix, as files of AnnData
// (https://anndata.readthedocs.io/en/latest/fileformat-prose.html) and 10x Genomics
// (https://www.10xgenomics.com/support/software/cell-ranger/latest/analysis/outputs/cr-outputs-h5-matrices) have them.

#include <string>
#include <vector>

#include "data/array_file.h"
#include "data/class_labels.h"

namespace hourglass {

/// One name per row and per column of a matrix; empty if the file has none.
struct MatrixNames {
  std::vector<std::string> rows, columns;
};

/// Reads the names of a matrix of an HDF5 file: those of `obs` and `var` beside the AnnData matrix X, layers/NAME,
/// raw/X or obsm/NAME, or barcodes and features of 10x Genomics. Throws as read_hdf5_texts.
MatrixNames matrix_names(const ArrayFile& file, const std::string& matrix);

/// Whether the file has labels of this name: an array, or in an HDF5 file also texts or categories. Throws
/// Error(kUsage) if it only has the group of the name, such as "obs" of "obs/kind", and there is no file of the name.
bool has_labels(const ArrayFile& file, const std::string& name);

/// Reads the labels of this name: numbers, texts, categories, or values with a mask. A category or value that is
/// missing is of the class "missing". Throws as the reader of the format, Error(kUsage) if the file has no such labels,
/// and Error(kData) if they are not classes.
ClassLabels read_labels(const ArrayFile& file, const std::string& name);

}  // namespace hourglass
