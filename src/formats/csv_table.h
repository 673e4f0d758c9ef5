#pragma once
// Tables of numbers in text: CSV (RFC 4180) and its like with tabs or semicolons between the fields.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

struct CsvOptions {
  enum class Header { kAuto, kYes, kNo };

  char delimiter = 0;             ///< 0: the one of tab, semicolon and comma that the first line has most of
  Header header = Header::kAuto;  ///< whether the first line holds names; kAuto: where none of its fields is a number
  std::string label_column = {};  ///< by name or number; empty: none
  std::vector<std::string> ignored_columns = {};  ///< by name or number
};

/// A place in the text, for messages.
struct CsvPlace {
  int64_t line = 0;  ///< from 1
  std::string column;
};

/// Fields that hold no usable number, NaN or infinite in the values.
struct CsvGaps {
  int64_t count = 0;
  CsvPlace first;
};

struct CsvTable {
  std::vector<std::string> columns;  ///< names of the value columns, "column 3" where the text has none
  bool has_header = false;
  int64_t num_rows = 0;
  std::vector<float> values;        ///< num_rows x columns; NaN where a field is missing
  CsvGaps missing;                  ///< empty, NA, N/A, NaN, null, None or ?
  CsvGaps infinite;                 ///< inf, or beyond the range of float32
  std::vector<std::string> labels;  ///< texts of the label column, one a row; empty without one
};

/// Parses a table. Columns are numbered from 1, or from -1 at the end; a name goes before a number. Fields may be
/// quoted, blank lines are skipped, and numbers are read as std::from_chars reads them, with white space around.
/// `source` names it in messages. Throws Error(kData) where it is empty, has a row of another length than the first
/// (with its line), text in a column of numbers (with line, column and text), an open quote, no row, or neither
/// values nor labels, and Error(kUsage) where a column that the options name is not there or has several places.
CsvTable parse_csv(std::string_view text, const CsvOptions& options, const std::string& source,
                   const Context& context = {});

/// The same of a file, which is mapped; ".tsv" means tabs. Throws Error(kIo) where it cannot be read.
CsvTable read_csv(const std::filesystem::path& path, CsvOptions options, const Context& context = {});

}  // namespace hourglass
