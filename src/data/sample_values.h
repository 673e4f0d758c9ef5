#pragma once
// Infers the meaning of the numbers in a file and converts them to sample storage.

#include <string>
#include <vector>

#include "formats/number_array.h"
#include "hourglass/config.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// Values of samples in the storage of a Dataset.
struct SampleValues {
  SampleStorage storage;
  bool is_bytes = false;    ///< data.values = bytes
  int64_t num_missing = 0;  ///< number of NaN in the storage
  std::string text;         ///< for messages: "bytes, 0...255 for 0...1", "values -1.5 to 3"
};

/// Whether data.preprocess starts with a step that imputes missing values.
bool fills_gaps(const DataConfig& config);

/// Converts `array`: {n} + sample shape. With data.values = auto, integers of 0...255 are bytes (scaled to 0...1) if
/// they are stored as uint8, or if a sample is an image or has at least 64 values. All other numbers become float32,
/// unscaled. uint8 and float32 are not copied. Infinite values count as missing. `feature_names`: empty, or one per
/// value of a sample. Throws Error(kData) if there are no samples, or if values are not finite and fills_gaps() is
/// false (with their number and the position of the first), Error(kUsage) if data.values = bytes is set and the values
/// do not fit.
SampleValues sample_values(const NumberArray& array, const DataConfig& config,
                           const std::vector<std::string>& feature_names, const std::string& source);

}  // namespace hourglass
