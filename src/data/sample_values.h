#pragma once
// What the numbers of a file stand for, and the storage they are kept in.

#include <string>
#include <vector>

#include "formats/number_array.h"
#include "hourglass/config.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// The values of samples as a Dataset keeps them.
struct SampleValues {
  SampleStorage storage;
  bool is_bytes = false;    ///< data.values = bytes
  int64_t num_missing = 0;  ///< NaN in the storage
  std::string text;         ///< for people: "bytes 0...255", "values -1.5 to 3"
};

/// Whether data.preprocess starts with a step that fills in missing values.
bool fills_gaps(const DataConfig& config);

/// `array`: {n} + the shape of a sample. By data.values = auto, whole numbers of 0...255 are bytes, which stand for
/// 0...1, where they are stored as uint8 or a sample is an image or has as many values as one; everything else is what
/// it is, as float32. uint8 and float32 are not copied. Infinite values count as missing. `feature_names`: empty, or of
/// the values of a sample. Throws Error(kData) where there is no sample, or a value is not finite and
/// fills_gaps() is not (saying how many and where the first is), Error(kUsage) where data.values = bytes cannot be met.
SampleValues sample_values(const NumberArray& array, const DataConfig& config,
                           const std::vector<std::string>& feature_names, const std::string& source);

}  // namespace hourglass
