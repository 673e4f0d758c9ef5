#pragma once
// Statistics of a dataset.

#include <cstdint>
#include <vector>

#include "hourglass/dataset.h"

namespace hourglass {

/// Statistics of one dataset. Values are those of Dataset::read: before preprocessing, a byte v means v / 255. Missing
/// values and the numbers of categories do not count; without other values, min ... standard_deviation are NaN.
struct PartDescription {
  int64_t num_samples = 0;
  double min = 0, max = 0;            ///< over all values of all samples
  double mean = 0;                    ///< over all values of all samples
  double standard_deviation = 0;      ///< over all values of all samples (population formula)
  int64_t num_missing = 0;            ///< missing values, of all samples
  int64_t num_constant = 0;           ///< features that have the same value in all samples that have one
  std::vector<int64_t> class_counts;  ///< number of samples by label; empty without labels
  int64_t num_repeated = 0;           ///< samples with the same stored values as an earlier sample
};

/// Reads `data` twice: once for the value statistics, once to count repeated samples.
PartDescription describe(const Dataset& data);

/// Number of samples of `data` with the same stored values as a sample of `other`. 0 if the sample sizes differ.
int64_t num_shared(const Dataset& data, const Dataset& other);

}  // namespace hourglass
