#pragma once
// All samples of a dataset, whatever its options say about sets.

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// The same options without those that split the samples or leave some out.
DataConfig unsplit(DataConfig config);

/// All samples, in the order of the files; those of a test set of the data follow the others. Throws as load_dataset.
Dataset all_samples(const DataConfig& config, const Context& context);

}  // namespace hourglass
