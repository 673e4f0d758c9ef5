#pragma once
// A user's own file or folder as a data set.

#include "hourglass/dataset.h"

namespace hourglass {

/// Loads what `config.name` is the path of, as the data.* options say; what they leave open is inferred, said to
/// context.log and written into `inferred`, by which the same data load in the same way.
/// A folder, or an npz file, that has a training and a test part (folders or arrays "train" and "test", "x_train" and
/// "x_test") gives both; every other is one part, which is not split yet. Missing values are NaN.
/// Throws Error(kIo) where it cannot be read, Error(kData) where it is malformed, Error(kUsage) where the options do
/// not fit it.
DataParts load_path(const DataConfig& config, const Context& context, DataConfig& inferred);

}  // namespace hourglass
