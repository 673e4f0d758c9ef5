#pragma once
// Tables of results for people, and the folders they go into.

#include <filesystem>
#include <string>
#include <vector>

#include "core/text.h"
#include "study/table.h"

namespace hourglass::cli {

/// A word as it is; a number in four significant digits, a whole one with its thousands apart; "-": not measured.
std::string cell_text(const Cell& cell);
/// The table with its column names as the first row, for `table` of text.h.
std::vector<std::vector<std::string>> cells(const ResultTable& table);
/// '>' for columns of numbers, '<' for others.
std::string alignment(const ResultTable& table);

/// Makes `folder`. Throws Error(kUsage) where it holds something already, Error(kIo) where it cannot be made.
void make_new_folder(const std::filesystem::path& folder);

}  // namespace hourglass::cli
