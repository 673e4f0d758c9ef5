#pragma once
// The columns of a table: how the options say to read them, what was inferred, and what the user should know.

#include <string>
#include <vector>

#include "formats/csv_table.h"
#include "hourglass/config.h"
#include "hourglass/context.h"

namespace hourglass {

/// The options to read the table of `config` with. Throws Error(kUsage) for a malformed entry of data.columns.
CsvOptions csv_options(const DataConfig& config);

/// Sets the options that were inferred, so that other data are read alike: the label, the decimal comma, and the kinds
/// of columns that are no numbers or whose kind depends on their rows.
void keep_inferred_columns(const CsvTable& table, const CsvOptions& options, DataConfig& inferred);

/// Logs one line per kind with the columns that have it, if some are no numbers.
void note_columns(const CsvTable& table, const std::string& source, const Context& context);
/// Logs that a column looks like labels, but is a feature.
void note_unused_labels(const CsvTable& table, const Context& context);

/// Throws Error(kData) if values are missing or infinite. Names the line of the first, which is not stored with the
/// values.
void reject_gaps(const CsvTable& table, const std::string& source);

/// The columns of data.ignored_columns and data.label_column that a table with column names does not have. Throws
/// Error(kIo) if it cannot be read.
std::vector<std::string> missing_columns(const DataConfig& config);

}  // namespace hourglass
