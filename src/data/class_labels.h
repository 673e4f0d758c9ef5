#pragma once
// Converts the labels of a file to class numbers.

#include <cstdint>
#include <string>
#include <vector>

#include "formats/number_array.h"

namespace hourglass {

/// Labels 0 ... K - 1, one per sample.
struct ClassLabels {
  std::vector<int32_t> labels;
  std::vector<std::string> names;  ///< by label; empty if the labels in the file are already 0 ... K - 1
};

/// Converts one integer per sample. The classes are the distinct integers in ascending order. `source` names the labels
/// in messages. Throws Error(kData) if the array is not one-dimensional or a value is not an integer.
ClassLabels class_labels(const NumberArray& array, const std::string& source);

/// Converts one text per sample. If all are integers, they are treated as numbers; otherwise the classes are the
/// distinct texts, sorted. Throws Error(kData) if a text is empty.
ClassLabels class_labels(const std::vector<std::string>& texts, const std::string& source);

}  // namespace hourglass
