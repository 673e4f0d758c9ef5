#pragma once
// What there is in a data set, in numbers.

#include <cstdint>
#include <vector>

#include "hourglass/dataset.h"

namespace hourglass {

/// Of one part. Values are as Dataset::read gives them: bytes stand for v / 255 until the data are prepared.
struct PartDescription {
  int64_t num_samples = 0;
  double min = 0, max = 0;            ///< over all values of all samples
  double mean = 0;                    ///< likewise
  double standard_deviation = 0;      ///< likewise; of the values as a whole population
  int64_t num_constant = 0;           ///< values of a sample that are the same in all samples
  std::vector<int64_t> class_counts;  ///< samples by label; empty without labels
  int64_t num_repeated = 0;           ///< samples whose stored values are those of an earlier one
};

/// Reads all of `part` once for the values and once for what is repeated.
PartDescription describe(const Dataset& part);

/// How many samples of `part` have the stored values of a sample of `other`. 0 where their samples differ in size.
int64_t num_shared(const Dataset& part, const Dataset& other);

}  // namespace hourglass
