#pragma once
// Columns of a table that are nearly equal. `values` is {columns, rows}: the values of a column are contiguous.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Positions of a column and of the first column that it is similar to.
struct ColumnPair {
  size_t column, earlier;
  double correlation;
};

/// The pairs among the columns `chosen` (ascending) with |correlation| of at least 0.999 over the
/// rows in which both are finite, of which there must be three.
std::vector<ColumnPair> correlated_columns(const Tensor& values, std::span<const size_t> chosen,
                                           const Context& context);

/// The pairs among the columns `chosen` (ascending) that have the same category in each row. A value is a position
/// in the names of its column, or missing. Columns with one category are left out.
std::vector<ColumnPair> equal_categories(const Tensor& values, std::span<const size_t> chosen,
                                         const std::vector<std::vector<std::string>>& names);

}  // namespace hourglass
