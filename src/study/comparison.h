#pragma once
// Compares runs: options that differ, measurements, loss curves and reconstructions.

#include <filesystem>
#include <string>
#include <vector>

#include "config/option_differences.h"
#include "hourglass/context.h"
#include "hourglass/image.h"
#include "study/run_record.h"
#include "study/table.h"

namespace hourglass {

/// Returns whether all runs minimize the same objective on the same dataset, so that their losses can be compared.
bool same_objective(const std::vector<RunRecord>& runs);

/// Returns one row per run: "run", the options that differ, and the measurements. Leaves out measurements that are 0 or
/// missing in all runs.
ResultTable comparison_table(const std::vector<std::string>& names, const std::vector<RunRecord>& runs);

/// Returns one row per epoch: "epoch", then one column per run with its total test loss. The column has the run's name.
/// A run without a test set has its training loss.
ResultTable loss_curves(const std::vector<std::string>& names, const std::vector<RunRecord>& runs);

/// A trained model whose reconstructions are drawn.
struct DrawnModel {
  std::string label;            ///< name in the picture
  std::filesystem::path model;  ///< model file
};

/// Returns the first `count` test images, followed by the reconstructions of each model. Models with another dataset or
/// preprocessing get their own row of originals. A model trained with corruption reconstructs corrupted images.
/// Leaves out a model if its sample shape differs from the first, or if its data or file is missing. Logs the reason to
/// context.log.
std::vector<ImageRow> reconstruction_rows(const std::vector<DrawnModel>& models, int64_t count,
                                          const std::string& data_dir, const Context& context);

}  // namespace hourglass
