#pragma once
// Numbers that sweeps and studies report of a trained model, by name.

#include <optional>
#include <string>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/metrics.h"
#include "hourglass/trainer.h"

namespace hourglass {

/// A model, its data and its history, and what was measured of them so far: what several metrics need is computed once.
class Measured {
 public:
  /// All must outlive this. Without a test part, what is measured on it is measured on the training part.
  Measured(const Autoencoder& model, const DataParts& data, const History& history, const Context& context);

  /// The metric of this name. Throws Error(kUsage) for an unknown one or a model that it does not fit, Error(kData) for
  /// data that it does not fit.
  double value(const std::string& name);

  const Autoencoder& model() const { return model_; }
  const Dataset& test() const { return data_.test.size() > 0 ? data_.test : data_.train; }
  const EpochRecord& last_epoch() const;
  const ReconstructionMetrics& reconstruction();

 private:
  const Autoencoder& model_;
  const DataParts& data_;
  const History& history_;
  const Context& context_;
  std::optional<ReconstructionMetrics> reconstruction_;
};

struct Metric {
  std::string name;
  std::string definition;
  bool larger_is_better;
  double (*measure)(Measured&);
};

/// All of them.
const std::vector<Metric>& all_metrics();
/// Throws Error(kUsage) for an unknown name, with the nearest known one.
const Metric& find_metric(const std::string& name);

}  // namespace hourglass
