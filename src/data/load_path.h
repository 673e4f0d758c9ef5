#pragma once
// Loads a user's file or folder as a dataset.

#include <string>
#include <vector>

#include "formats/csv_table.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// Loads the file or folder at path `config.name` according to the data.* options. Options that are not set are
/// inferred, logged to context.log and stored in `inferred`; with that config, the data loads in the same way again. A
/// folder with subfolders "train" and "test", or a file with arrays "x_train" and "x_test", gives a training set and a
/// test set. All other data is returned as `train`, not yet split. Missing values are NaN.
/// Throws Error(kIo) if the data cannot be read, Error(kData) if it is malformed, Error(kUsage) if the options do not
/// fit the data.
DataSplit load_path(const DataConfig& config, const Context& context, DataConfig& inferred);

/// Whether the data are a table that can be read block by block: one without labels in another file, whose rows are
/// samples as they are.
bool reads_blocks(const DataConfig& config);
/// The options to read the table of `config` with. Throws Error(kUsage) for a malformed entry of data.columns.
CsvOptions table_options(const DataConfig& config);
/// The samples of a table, or of a block of it; see load_path. `has_more`: other blocks follow.
Dataset dataset_of_table(CsvTable table, const DataConfig& config, const Context& context, DataConfig& inferred,
                         bool has_more = false);

/// Makes options of a run fit other data, `config.name`: clears those of tables if it is none, and data.labels unless
/// it is an array of that file. Throws Error(kIo) if the data cannot be read.
void fit_options_to_path(DataConfig& config);

}  // namespace hourglass
