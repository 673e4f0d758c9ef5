#pragma once
// Runs side by side: what differs between them, what they reached, how they got there.

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/image.h"
#include "study/run_record.h"
#include "study/table.h"

namespace hourglass {

/// An option and its value in each run, as TOML.
struct OptionDifference {
  std::string key;  ///< "train.epochs"
  std::vector<std::string> values;
};

/// The options that are not the same in all configs, in the order of the reference; where data lie does not count.
std::vector<OptionDifference> option_differences(const std::vector<Config>& configs);

/// Whether the runs minimise the same on the same data, so that their losses may be compared.
bool same_objective(const std::vector<RunRecord>& runs);

/// A row a run: "run", the options that differ, every measurement that one of them has and that is not 0 in all.
ResultTable comparison_table(const std::vector<std::string>& names, const std::vector<RunRecord>& runs);

/// A row an epoch: "epoch", then a column "NAME" a run with its total test loss; that of training where there was no
/// test part.
ResultTable loss_curves(const std::vector<std::string>& names, const std::vector<RunRecord>& runs);

/// A trained model to draw: its file, and its name in the picture.
struct DrawnModel {
  std::string label;
  std::filesystem::path model;
};

/// The first `count` test images above each model's reconstructions. Models that saw the images otherwise (another set,
/// binarised or not) have their own originals above them; one that was trained on corrupted images is given such. A
/// model that cannot be drawn beside the first is left out, and context.log is told why: other shape, missing data or
/// missing file.
std::vector<ImageRow> reconstruction_rows(const std::vector<DrawnModel>& models, int64_t count,
                                          const std::string& data_dir, const Context& context);

}  // namespace hourglass
