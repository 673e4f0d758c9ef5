#pragma once
// The metrics that sweeps and studies report for a run: from its training history and from an evaluation of its model.

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

/// Returns the metrics that are measured on the test set.
const std::vector<Metric>& test_metrics();
/// Returns all known metrics: those of the test set, and "validation_NAME" for each.
const std::vector<Metric>& all_metrics();
/// Throws Error(kUsage) for an unknown name and suggests the nearest known one.
const Metric& find_metric(const std::string& name);

struct RunMetrics {
  std::vector<NamedValue> values;  ///< in the requested order; NaN if a metric cannot be measured
  std::vector<std::string> notes;  ///< the reason for each NaN
};

/// Measures the metrics `names` on the test set, or on the training set if there is no test set; "validation_NAME" on
/// the validation set. Throws Error(kUsage) as find_metric, and if the samples do not fit the model.
RunMetrics measure_run(const std::vector<std::string>& names, const Autoencoder& model, const DataSplit& data,
                       const History& history, const Context& context);

}  // namespace hourglass
