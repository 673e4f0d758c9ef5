#pragma once
// Infers which dimension of an array is the sample dimension, and the meaning of the others.

#include <optional>
#include <string>

#include "formats/number_array.h"
#include "formats/sparse_matrix.h"
#include "hourglass/config.h"

namespace hourglass {

/// Interpretation of an array. Every field can also be set by an option of DataConfig.
struct SampleLayout {
  bool samples_last = false;    ///< data.orientation = columns
  bool channels_first = false;  ///< data.layout = nchw
  Shape sample_shape;           ///< data.shape: {values}, or {height, width, channels}
};

/// Infers the layout of an array. `shape`: as in the program that wrote the file. `is_matlab`: the file is from MATLAB,
/// where samples are often the last dimension. `num_labels`: number of labels, if there are any.
/// The sample dimension is the one whose size is `num_labels`. Otherwise it is the first, or in MATLAB arrays the last
/// if that is larger. A sample with three dimensions is an image; channels are last if that size is 1, 3 or 4. Throws
/// Error(kData) if there are fewer than two dimensions or more than four, Error(kUsage) if the options do not match the
/// array. `source` names the array in messages.
SampleLayout infer_layout(const Shape& shape, bool is_matlab, std::optional<int64_t> num_labels,
                          const DataConfig& config, const std::string& source);

/// Returns the samples as a row-major array {n} + sample_shape. Does not copy if `array` already has that layout.
/// `is_reversed`: the dimensions of `array` are in reverse order relative to the layout (see read_mat).
NumberArray arranged(const NumberArray& array, bool is_reversed, const SampleLayout& layout);

/// Returns the matrix with samples as slices. Throws Error(kUsage) if the layout has channels first.
SparseMatrix arranged(SparseMatrix matrix, const SampleLayout& layout, const std::string& source);

}  // namespace hourglass
