#pragma once
// Tables of results for people, and the folders they go into.

#include <filesystem>
#include <string>
#include <vector>

#include "core/text.h"
#include "study/table.h"

namespace hourglass::cli {

/// Text unchanged; numbers with four significant digits; integers with thousands separators; "-": not measured.
std::string cell_text(const Cell& cell);
/// The table with its column names as the first row, for `table` of text.h.
std::vector<std::vector<std::string>> cells(const ResultTable& table);
/// '>' for columns of numbers, '<' for others.
std::string alignment(const ResultTable& table);

/// Creates `folder`. Throws Error(kUsage) if it exists and is not empty, Error(kIo) if it cannot be created.
void make_new_folder(const std::filesystem::path& folder);

}  // namespace hourglass::cli
