#pragma once
// Reads tables of numbers from text: CSV (RFC 4180), also with tabs or semicolons as delimiters.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/csv_kinds.h"
#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

struct CsvOptions {
  enum class Header { kAuto, kYes, kNo };

  char delimiter = 0;  ///< 0: inferred, the most frequent of tab, semicolon and comma in the first line
  /// Whether the first line has names. kAuto: yes if none of its fields is a number, and a field of the second line is
  /// a number or missing below a name.
  Header header = Header::kAuto;
  std::string label_column = {};                  ///< by name or number; empty: none
  std::vector<std::string> ignored_columns = {};  ///< by name or number
  /// Kinds by name or number of a column; the kinds of the others are inferred.
  std::vector<std::pair<std::string, ColumnKind>> kinds = {};
  char decimal = 0;                            ///< '.' or ','; 0: inferred for each column
  DateOrder date_order = DateOrder::kUnknown;  ///< kUnknown: inferred
  bool hour = false, weekday = false;          ///< features that each column of times also gives, as sine and cosine
  bool bad_is_missing = false;                 ///< text in a column of numbers is a missing value
  bool only_labels = false;                    ///< all columns but the label column are ignored
  bool centers = true;  ///< columns that float32 cannot hold are stored as differences from an origin
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
  int64_t num_fields = 0;  ///< of a line
  int64_t num_rows = 0;
  std::vector<float> values;   ///< num_rows x columns, minus the origin of the column; missing fields are NaN
  std::vector<double> origin;  ///< one per column, see ColumnPrecision; empty: all 0
  /// The categories of each value column, in the order of their first rows; none for numbers. A value is the position
  /// of its category, or -1 if it is missing.
  std::vector<std::vector<std::string>> categories;
  /// Columns of texts that identify rows: times and identifiers. One list of texts per row.
  std::vector<std::string> identity_columns;
  std::vector<std::vector<std::string>> identity;
  std::vector<std::pair<std::string, ColumnKind>> kinds;  ///< of all columns but the label column, by their key
  char decimal = 0;     ///< the decimal separator that a column decides for the file; 0: none does
  int64_t num_bad = 0;  ///< texts that became missing values
  DateOrder date_order = DateOrder::kUnknown;  ///< likewise, the order of dates
  CsvGaps missing;                             ///< empty, NA, N/A, NaN, null, None or ?
  CsvGaps infinite;                            ///< inf, or outside the range of float32
  std::vector<std::string> labels;  ///< texts of the label column, one per row; empty if there is no such column
  std::vector<std::string> notes;   ///< one sentence per column that was left out, renamed, or rounded
};

/// Parses a table. The kinds of columns are inferred from the first 1,000 rows (infer_column). Columns are numbered
/// from 1, or from -1 backward from the end. Names take precedence over numbers. Fields can be quoted. Blank lines are
/// skipped; between the rows of a table of one column they are missing values. Numbers can have white space around
/// them. Left out, with a note: a first column without a name that counts rows, and a last column without name and
/// values. The second of two columns of one name is renamed, with a note. `source` names the table in messages. Throws
/// Error(kData) if the table is empty, has rows of different lengths (with the line), text in a column of numbers (with
/// line, column and text), a missing closing quote, no rows, or neither values nor labels. Throws Error(kUsage) if a
/// column named in the options is missing or ambiguous.
CsvTable parse_csv(std::string_view text, const CsvOptions& options, const std::string& source,
                   const Context& context = {});

/// The names of all columns; empty if the first line has none. Throws as parse_csv.
std::vector<std::string> parse_csv_names(std::string_view text, const CsvOptions& options, const std::string& source);

/// A table that is read block by block, in memory that does not depend on its number of rows.
class CsvBlocks {
 public:
  /// Opens a file, which is memory-mapped, or decompressed as a whole if it is a gzip file. ".tsv" and ".tsv.gz" files
  /// are delimited by tabs. Texts that are not UTF-8 are converted from Latin-1. Throws Error(kIo) if it cannot be
  /// read, Error(kData) for a damaged gzip file.
  CsvBlocks(const std::filesystem::path& path, CsvOptions options);
  ~CsvBlocks();
  CsvBlocks(CsvBlocks&&) noexcept;

  /// The next `rows` rows. The last block can have fewer, and then blocks are empty. The first block decides the kinds
  /// of columns, the columns that are left out, and the origins. Only the first block has notes. A category has the
  /// same number in all blocks. Throws as parse_csv.
  CsvTable next(int64_t rows, const Context& context = {});
  /// Number of fields of a row. Throws Error(kData) for an empty file.
  int64_t num_columns();

 private:
  struct Source;
  std::unique_ptr<Source> source_;
};

/// All rows of a file.
CsvTable read_csv(const std::filesystem::path& path, CsvOptions options, const Context& context = {});

/// The names of all columns of a file; empty if its first line has none. Other options are those of read_csv.
std::vector<std::string> csv_column_names(const std::filesystem::path& path, CsvOptions options);

}  // namespace hourglass
