#pragma once
// Which dimension of an array counts the samples, and what the others are.

#include <optional>
#include <string>

#include "formats/number_array.h"
#include "hourglass/config.h"

namespace hourglass {

/// What an array is taken for; everything in it can be said by options of DataConfig.
struct SampleLayout {
  bool samples_last = false;    ///< data.orientation = columns
  bool channels_first = false;  ///< data.layout = nchw
  Shape sample_shape;           ///< data.shape: {values}, or {height, width, channels}
};

/// `shape`: as the program that wrote the file says it. `is_matlab`: by custom the samples may be the columns of a
/// matrix, or the last dimension of an array of images. `num_labels`: where there are labels.
/// The samples are the dimension that has as many as there are labels; else the first, but in MATLAB's arrays the last
/// where it is larger. Three dimensions of a sample are an image, channels last where there are 1, 3 or 4 of them.
/// Throws Error(kData) where there are fewer than two dimensions or more than four, Error(kUsage) where the options
/// cannot be met. `source` names the array in messages.
SampleLayout infer_layout(const Shape& shape, bool is_matlab, std::optional<int64_t> num_labels,
                          const DataConfig& config, const std::string& source);

/// The samples one behind the other, {n} + sample_shape; without a copy where they lie so already.
/// `is_reversed`: `array` has the dimensions that the layout is of in opposite order (see read_mat).
NumberArray arranged(const NumberArray& array, bool is_reversed, const SampleLayout& layout);

}  // namespace hourglass
