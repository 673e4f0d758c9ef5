#pragma once
// Compressed sparse matrices, returned by the readers in this folder.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "formats/number_array.h"

namespace hourglass {

/// A matrix that stores only some of its values; the others are 0. Slice i, a row or a column, has the values
/// [starts[i], starts[i + 1]), at `indices` of the other dimension. Several values at one index are added.
struct SparseMatrix {
  int64_t num_rows = 0, num_columns = 0;
  bool by_columns = false;        ///< a slice is a column
  std::vector<int64_t> starts;    ///< of all slices, then the number of values
  std::vector<uint32_t> indices;  ///< of each value, smaller than the size of the other dimension
  NumberArray values;

  int64_t num_slices() const { return by_columns ? num_columns : num_rows; }
  /// Size of a slice.
  int64_t slice_size() const { return by_columns ? num_rows : num_columns; }
};

/// Builds a matrix of arrays read from a file, which are checked: `reject` is called with what is wrong with them and
/// must throw.
SparseMatrix sparse_matrix(int64_t num_rows, int64_t num_columns, bool by_columns, const NumberArray& starts,
                           const NumberArray& indices, NumberArray values,
                           const std::function<void(const std::string& found)>& reject);

/// The same matrix with the other dimension as slices.
SparseMatrix with_other_slices(const SparseMatrix& matrix);

}  // namespace hourglass
