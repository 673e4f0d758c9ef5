#pragma once
// Class numbers from whatever a file has as labels.

#include <cstdint>
#include <string>
#include <vector>

#include "formats/number_array.h"

namespace hourglass {

/// Labels 0 ... K - 1, one a sample.
struct ClassLabels {
  std::vector<int32_t> labels;
  std::vector<std::string> names;  ///< by label; empty where the file numbers its classes 0 ... K - 1 itself
};

/// From one whole number a sample: the classes are the numbers that occur, in ascending order. `source` names them in
/// messages. Throws Error(kData) where the array is no list, or a value is no whole number.
ClassLabels class_labels(const NumberArray& array, const std::string& source);

/// From one text a sample: as numbers where all are whole numbers, else the texts that occur, sorted.
/// Throws Error(kData) where one is empty.
ClassLabels class_labels(const std::vector<std::string>& texts, const std::string& source);

}  // namespace hourglass
