#pragma once
// Reads tables of numbers from text: CSV (RFC 4180), also with tabs or semicolons as delimiters.

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

  char delimiter = 0;             ///< 0: inferred, the most frequent of tab, semicolon and comma in the first line
  Header header = Header::kAuto;  ///< whether the first line has names; kAuto: yes if none of its fields is a number
  std::string label_column = {};  ///< by name or number; empty: none
  std::vector<std::string> ignored_columns = {};  ///< by name or number
};

/// Position in the text, for messages.
struct CsvPlace {
  int64_t line = 0;  ///< from 1
  std::string column;
};

/// Fields without a finite number. Their values are NaN or infinite.
struct CsvGaps {
  int64_t count = 0;
  CsvPlace first;
};

struct CsvTable {
  std::vector<std::string> columns;  ///< names of the value columns; "column 3" if the text has no names
  bool has_header = false;
  int64_t num_rows = 0;
  std::vector<float> values;        ///< num_rows x columns; missing fields are NaN
  CsvGaps missing;                  ///< empty, NA, N/A, NaN, null, None or ?
  CsvGaps infinite;                 ///< inf, or outside the range of float32
  std::vector<std::string> labels;  ///< texts of the label column, one per row; empty if there is no such column
};

/// Parses a table. Columns are numbered from 1, or from -1 backward from the end. Names take precedence over numbers.
/// Fields can be quoted. Blank lines are skipped. Numbers are parsed by std::from_chars and can have white space around
/// them. `source` names the table in messages. Throws Error(kData) if the table is empty, has rows of different lengths
/// (with the line), text in a column of numbers (with line, column and text), a missing closing quote, no rows, or
/// neither values nor labels. Throws Error(kUsage) if a column named in the options is missing or ambiguous.
CsvTable parse_csv(std::string_view text, const CsvOptions& options, const std::string& source,
                   const Context& context = {});

/// Parses a file, which is memory-mapped. ".tsv" files are delimited by tabs. Throws Error(kIo) if it cannot be read.
CsvTable read_csv(const std::filesystem::path& path, CsvOptions options, const Context& context = {});

}  // namespace hourglass
