#pragma once
// The numbers that sweeps and studies report of a run, by name: of its training, and of an evaluation of its model.

#include <string>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/trainer.h"
#include "study/run_record.h"

namespace hourglass {

struct Metric {
  std::string name;
  std::string definition;
  bool larger_is_better = false;
};

/// All that can be asked for.
const std::vector<Metric>& all_metrics();
/// Throws Error(kUsage) for an unknown name, with the nearest known one.
const Metric& find_metric(const std::string& name);

struct RunMetrics {
  std::vector<NamedValue> values;  ///< in the order asked for; NaN where one could not be measured
  std::vector<std::string> notes;  ///< why
};

/// The metrics of these names, on the test part (without one, on the training part).
/// Throws Error(kUsage) as find_metric and for samples that do not fit the model.
RunMetrics measure_run(const std::vector<std::string>& names, const Autoencoder& model, const DataParts& data,
                       const History& history, const Context& context);

}  // namespace hourglass
