#pragma once
// Numbers and tables as text.

#include <cstdint>
#include <string>
#include <vector>

#include "core/text.h"

namespace hourglass::cli {

using hourglass::count;
using hourglass::shell_word;

/// "3.4 MB", decimal units.
std::string bytes(int64_t n);
/// "0:42", "1:02:03"
std::string duration(double seconds);
/// Four significant digits: "0.01880".
std::string loss(double value);

/// "[######------------------]" for a quarter.
std::string progress_bar(double part);

/// Rows of cells in columns, two spaces apart and indented by two. Columns with '>' in `align` are right-aligned.
std::string table(const std::string& align, const std::vector<std::vector<std::string>>& rows);

/// The paragraphs of the text, wrapped anew at `width` columns. Empty and indented lines, such as examples, stay.
std::string wrapped_paragraphs(const std::string& text, size_t width);

/// Breaks the text into lines of at most `width` columns. All lines except the first are indented; the first starts at
/// column `indent` already. Ends with a line end.
std::string wrapped(const std::string& text, size_t indent, size_t width);

}  // namespace hourglass::cli
