#pragma once
// Numbers for people, and tables.

#include <cstdint>
#include <string>
#include <vector>

#include "core/text.h"

namespace hourglass::cli {

using hourglass::count;

/// "3.4 MB", decimal units.
std::string bytes(int64_t n);
/// "0:42", "1:02:03"
std::string duration(double seconds);
/// Four significant digits: "0.01880".
std::string loss(double value);

/// "[######------------------]" for a quarter.
std::string progress_bar(double part);

/// Rows of cells, padded to columns two spaces apart and indented by two; columns whose `align` is '>' stand right.
std::string table(const std::string& align, const std::vector<std::vector<std::string>>& rows);

/// A word for a POSIX shell, quoted where it must be.
std::string shell_word(const std::string& word);

}  // namespace hourglass::cli
