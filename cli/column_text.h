#pragma once
// Statistics of the columns of a table as text and JSON.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "hourglass/column_statistics.h"

namespace hourglass::cli {

/// A line per column, for the first 40, what the numbers are, and a line per suspect group of columns.
std::string columns_text(const TableStatistics& statistics);

/// All columns.
nlohmann::ordered_json columns_json(const TableStatistics& statistics);

}  // namespace hourglass::cli
