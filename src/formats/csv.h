#pragma once
// Writes comma-separated values (RFC 4180; lines end in \n).

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "hourglass/tensor.h"

namespace hourglass {

/// The text as a field: in quotes if it needs them.
std::string csv_field(const std::string& text);

/// Writes a line of column names, then one line per row of `tensor` ({rows, ...}; all other dimensions are flattened).
/// The file is written atomically. Each value has the fewest digits that read back as the same float32.
/// Throws Error(kUsage) if a row does not have one value per column, Error(kIo) if the file cannot be written.
void write_csv(const std::filesystem::path& path, const Tensor& tensor, const std::vector<std::string>& columns);

/// Writes the same to a stream, with columns of text before those of numbers. `texts` has one row per row of `numbers`,
/// or none if there are no text columns. Texts are quoted if needed. `categories`: by column of numbers, names that are
/// written instead of their positions; none: numbers. A position without a name is an empty field.
void write_csv(std::ostream& out, const std::vector<std::string>& text_columns,
               const std::vector<std::vector<std::string>>& texts, const Tensor& numbers,
               const std::vector<std::string>& number_columns,
               const std::vector<std::vector<std::string>>& categories = {});

}  // namespace hourglass
