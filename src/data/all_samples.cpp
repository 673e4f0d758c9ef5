#include "data/all_samples.h"

namespace hourglass {

DataConfig unsplit(DataConfig config) {
  config.train_rows = config.validation_rows = config.test_rows = "";
  config.test = config.validation = 0;
  config.subset = 0;
  return config;
}

Dataset all_samples(const DataConfig& config, const Context& context) {
  const DataSplit whole = load_dataset(unsplit(config), context);
  return whole.test.size() > 0 ? concatenate(whole.train, whole.test) : whole.train;
}

}  // namespace hourglass
