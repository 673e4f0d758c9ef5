#pragma once
// Infers the meaning of the numbers in a file and converts them to sample storage.

#include <string>
#include <vector>

#include "formats/number_array.h"
#include "formats/sparse_matrix.h"
#include "hourglass/config.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// Values of samples in the storage of a Dataset.
struct SampleValues {
  SampleStorage storage;
  bool is_bytes = false;                ///< data.values = bytes
  int64_t num_missing = 0;              ///< number of NaN in the storage
  std::string text;                     ///< for messages: "bytes, 0...255 for 0...1", "values -1.5 to 3"
  std::vector<double> origin = {};      ///< see Dataset::origin
  std::vector<std::string> notes = {};  ///< one sentence per feature that was rounded
};

/// What is known of an array besides its numbers.
struct ArrayFacts {
  std::string source;                      ///< for messages
  std::vector<std::string> feature_names;  ///< empty, or one per value of a sample
  bool is_table = false;                   ///< from a table: its numbers are no bytes unless data.values says so
  std::vector<double> origin = {};         ///< the array has differences from it, by feature; empty: all 0
};

/// Whether data.preprocess starts with a step that imputes missing values.
bool fills_gaps(const DataConfig& config);

/// Converts `array`: {n} + sample shape. With data.values = auto, integers of 0...255 are bytes (scaled to 0...1) if
/// they are stored as uint8, or if a sample is an image or has at least 64 values; numbers of a table are not. With
/// data.values = bytes, fractions of 0...1 are bytes that were scaled already. All other numbers become float32,
/// unscaled: as differences from an origin where float32 is too coarse (see ColumnPrecision). uint8 and float32 are not
/// copied. Infinite values count as missing. Throws Error(kData) if there are no samples, or if values are not finite
/// and fills_gaps() is false (with their number and the position of the first), Error(kUsage) if data.values = bytes is
/// set and the values do not fit.
SampleValues sample_values(const NumberArray& array, const DataConfig& config, const ArrayFacts& facts);

/// Converts a sparse matrix, whose slices are the samples, to sparse storage, as float32: unscaled, or divided by 255
/// with data.values = bytes. Columns for which float32 is too coarse get a note, not an origin. Throws as sample_values
/// does.
SampleValues sparse_values(const SparseMatrix& matrix, const DataConfig& config, const ArrayFacts& facts);

}  // namespace hourglass
