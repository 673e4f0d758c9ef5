#pragma once
// Parses the text of a table, block by block.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/csv_table.h"

namespace hourglass {

/// The text must outlive the parser. See parse_csv and CsvBlocks::next.
class CsvParser {
 public:
  CsvParser(std::string_view text, CsvOptions options, std::string source);
  ~CsvParser();
  CsvParser(CsvParser&&) noexcept;

  /// The next rows, at most `rows`.
  CsvTable next(int64_t rows, const Context& context);
  /// The names of all columns, before the first block; empty if the first line has none.
  std::vector<std::string> column_names();
  /// Number of fields of a row.
  int64_t num_columns();
  /// Number of bytes before the next row.
  size_t position() const;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace hourglass
